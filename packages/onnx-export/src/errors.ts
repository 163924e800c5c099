/**
 * A graph could not be built, written or read.
 * - `bad-shape`: an operator was given shapes it cannot take
 * - `bad-type`: an operator was given element types it cannot take
 * - `bad-name`: a name is missing or stands for two things
 * - `bad-model`: bytes or a graph break a rule of ONNX
 * - `unsupported-opset`: an operator, or the asked opset, lies outside 11 to 21
 */
export class OnnxExportError extends Error {
  override readonly name = 'OnnxExportError'

  constructor(
    readonly code: 'bad-shape' | 'bad-type' | 'bad-name' | 'bad-model' | 'unsupported-opset',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
