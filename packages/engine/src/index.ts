export { differentiate, gradientName, type DifferentiateOptions } from './differentiate.js'
export { momentNames, nextName, STEP, trainingStep, type TrainingStepOptions } from './training-step.js'
export { type AdamOptions } from './adam.js'
export { crossEntropy, squaredError } from './losses.js'
export {
  asSequence,
  convLstm,
  denseGates,
  embeddedGates,
  lstm,
  type ConvLstmWeights,
  type GateWeights,
} from './lstm.js'
export { fit, type EpochRecord, type FitOptions, type Training } from './fit.js'
export { type Dataset } from './dataset.js'
export { constantRate, cosineRate, stepRate, type Schedule } from './learning-rate.js'
export { loadPredictor, type BatchPredictor, type PredictOptions, type Predictions } from './predict.js'
export {
  chooseEngine,
  engineStatus,
  gradientDistance,
  type EngineCandidate,
  type EngineChoice,
  type EngineStatus,
  type GradientProbe,
} from './choose-engine.js'
export { tfjsEngine, type TfjsOptions } from './tfjs-engine.js'
export { type TfjsBackend } from './tfjs-backends.js'
export { onnxruntimeEngine, openOnnxModel, type OnnxruntimeOptions } from './onnxruntime-engine.js'
export {
  withParameters,
  type Batch,
  type Engine,
  type InputTensor,
  type Network,
  type Outputs,
  type Predictor,
  type Trainer,
  type TrainingState,
} from './engine.js'
export { decodeWeights, encodeWeights, type WeightFile, type WeightTensor } from './safetensors.js'
export { normalArray, permutation, seededRandom, uniformArray, type Random } from './random.js'
export { EngineError } from './errors.js'
