// Runs in the threads of ThreadedDetector: a detector that answers questions.
import { parentPort, workerData } from 'node:worker_threads'
import { Detector } from './detector/detector.js'
import { answerOf, type DetectorQuestion, type DetectorThreadData } from './detector/detector-thread.js'
import { failureOf } from './thread-failure.js'

const port = parentPort!

async function answerQuestions({ bundle, reading }: DetectorThreadData): Promise<void> {
  const detector = await Detector.open(bundle, { reading })
  port.on('message', (question: DetectorQuestion) => {
    void answerOf(detector, question).then((answer) => port.postMessage(answer))
  })
  port.postMessage({ id: 0 })
}

answerQuestions(workerData as DetectorThreadData).catch((error: Error) => {
  port.postMessage({ id: 0, failure: failureOf(error) })
})
