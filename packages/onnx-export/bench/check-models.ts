/**
 * Writes the graph of all operators at each opset and has ONNX's own checker look at it, types and shapes included:
 * node --conditions=@sp/source --import tsx packages/onnx-export/bench/check-models.ts [python with the onnx package]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeModel } from '../src/encode-model.js'
import { graphOfAllOperators } from '../test/all-operators.js'

const CHECK = `
import onnx, sys
newest = onnx.defs.onnx_opset_version()
for path in sys.argv[1:]:
    model = onnx.load(path)
    opset = model.opset_import[0].version
    if opset > newest:
        print(f"opset {opset}: onnx {onnx.__version__} knows opsets to {newest} only")
        continue
    onnx.checker.check_model(model, full_check=True)
    print(f"opset {opset}: passes onnx {onnx.__version__}")
`

const folder = mkdtempSync(join(tmpdir(), 'onnx-check-'))
const paths = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map((opset) => {
  const path = join(folder, `opset${opset}.onnx`)
  writeFileSync(path, encodeModel(graphOfAllOperators(), { opset }))
  return path
})
const { status } = spawnSync(process.argv[2] ?? 'python3', ['-c', CHECK, ...paths], { stdio: 'inherit' })
rmSync(folder, { recursive: true })
process.exit(status ?? 1)
