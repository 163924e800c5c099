// node infer.mjs <deployment folder> <log>: the lines that the network did not expect. Needs onnxruntime-node alone.
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { judgeLines } from './judge-lines.mjs'

const [folder, log] = process.argv.slice(2)
const [meta, templates] = ['deeplog.onnx.meta.json', 'templates.json'].map((name) =>
  JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')),
)
const network = await ort.InferenceSession.create(`${folder}/${meta.model}`)
const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
const judged = await judgeLines(lines, { ort, network, meta, templates })
for (const [i, { line, isStrange }] of judged.entries()) if (isStrange) console.log(`${i + 1}: ${line}`)
