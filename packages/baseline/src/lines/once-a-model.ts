/**
 * Works something out once for each model: what the scorers of all sources look things up in and never change. A state
 * of a source must not grow with the model, where there are thousands of sources.
 */
export function onceAModel<Model extends object, Derived>(
  derive: (model: Model) => Derived,
): (model: Model) => Derived {
  const known = new WeakMap<Model, Derived>()
  return (model) => {
    let derived = known.get(model)
    if (derived === undefined) known.set(model, (derived = derive(model)))
    return derived
  }
}
