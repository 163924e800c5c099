// The program of a thread of data-parallel training; src/gradient-team.ts starts it.
//
// It is neither compiled nor bundled: one file, found by `__filename`, serves the sources, the tests, the ES module and the
// CommonJS build alike, and finds `onnxruntime-node` from where this package is installed.
/* eslint-disable @typescript-eslint/no-require-imports -- it is CommonJS */
'use strict'
const { isMainThread, parentPort, workerData } = require('node:worker_threads')

exports.workerFile = __filename

if (!isMainThread && workerData?.role === 'sp gradient worker') answerTo(start(workerData))

/** A session with its buffers. onnxruntime takes no shared memory: a step copies parameters in and gradients out. */
async function start({ model, session: options, places, values, gradients, names }) {
  const { InferenceSession, Tensor } = require('onnxruntime-node')
  const session = await InferenceSession.create(model, options)
  const [ownValues, ownGradients] = [new Float32Array(values.length), new Float32Array(gradients.length)]
  const loss = new Tensor('float32', new Float32Array(1), [])
  const [parameters, fetches] = [{}, { [names.loss]: loss }]
  for (const { name, gradient, shape, from, to } of places) {
    parameters[name] = new Tensor('float32', ownValues.subarray(from, to), shape)
    fetches[gradient] = new Tensor('float32', ownGradients.subarray(from, to), shape)
  }
  function tensorOf({ data, shape }) {
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64'
    return new Tensor(type, data, shape)
  }
  return async ({ batch, weights, total }) => {
    const feeds = {
      ...parameters,
      [names.weights]: tensorOf({ data: weights, shape: [weights.length] }),
      [names.totalWeight]: tensorOf({ data: Float32Array.of(total), shape: [] }),
    }
    for (const [name, input] of Object.entries(batch)) feeds[name] = tensorOf(input)
    ownValues.set(values)
    await session.run(feeds, fetches)
    gradients.set(ownGradients)
    return { loss: loss.data[0] }
  }
}

/** Answers each message with what the step gives, the first answer being that the thread is ready. */
async function answerTo(starting) {
  try {
    const step = await starting
    parentPort.on('message', (share) => {
      step(share).then(post, fail)
    })
    post({})
  } catch (error) {
    fail(error)
  }
}

function post(message) {
  parentPort.postMessage(message)
}

function fail(error) {
  post({ error: error.message })
}
