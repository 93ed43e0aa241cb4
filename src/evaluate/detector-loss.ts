/**
 * What a detector is blamed for. The loss of middles is CenterNet's focal one (Zhou et al. 2019): what is easy weighs little, and
 * cells near a middle are hardly blamed for being hot.
 */
import {
  abs,
  add,
  argmax,
  cast,
  constant,
  crossEntropy,
  div,
  equal,
  exp,
  fixed,
  input,
  less,
  log,
  matmul,
  maximum,
  meanOfAll,
  mul,
  neg,
  type Parameters,
  reshape,
  sigmoid,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts'
import {
  cellsOf,
  type DetectorSettings,
  findThings,
  nameThings,
  type ThingAspect,
  thingAspects,
  type WholeAspect,
  wholeAspects,
} from '../networks/detector.ts'

/** Things of one picture whose places are measured, and those that are named; more of them are only found. */
export const measured = 16
export const named = 4

/** What each part of the loss weighs beside the concept of a thing. */
const weights = {
  centre: 1,
  reach: 4,
  colour: 1,
  material: 0.7,
  presentation: 0.3,
  tone: 0.3,
  sound: 1,
  picture: 0.3,
} as const

/**
 * The loss of a batch and its parts, all scalars. pixels: uint8 [batch, side, side, 3]; what should be said of them comes in
 * as inputs, named as below.
 */
export function detectorLoss(p: Parameters, settings: DetectorSettings, pixels: Tensor) {
  const batchSize = fixed(pixels, 0)
  const mean = (values: Tensor, weight: Tensor): Tensor => div(sum(mul(values, weight)), maximum(sum(weight), 1))
  const { centre, reach, picture } = findThings(p, settings, pixels)
  const cellCount = cellsOf(settings) ** 2
  const there = input('there', [batchSize, measured])
  const centreLoss = div(focalLoss(centre, input('heat', [batchSize, cellCount])), maximum(sum(there), 1))

  // A thing's place is picked by a product with a row of zeros and a one.
  const cellNumbers = constant(
    Array.from({ length: cellCount }, (_, k) => k),
    [1, 1, cellCount],
    'int32',
  )
  const middles = reshape(input('middles', [batchSize, measured], 'int32'), [batchSize, measured, 1])
  const pick = cast(equal(middles, cellNumbers), 'float32')
  const off = abs(sub(matmul(pick, reach), input('reach', [batchSize, measured, 4])))
  const reachLoss = mean(sum(off, [2]), there)

  const logits = nameThings(p, settings, pixels, input('boxes', [batchSize, named, 4]))
  const flat = (name: string, type?: 'int32'): Tensor =>
    reshape(input(name, [batchSize, named], type), [batchSize * named])
  const labels = Object.fromEntries(thingAspects.map((aspect) => [aspect, flat(aspect, 'int32')])) as Record<
    ThingAspect,
    Tensor
  >
  const [present, coloured] = [flat('present'), flat('coloured')]
  const seen = { concept: present, presentation: present, colour: coloured, material: coloured, tone: coloured }
  const thingLoss = (aspect: ThingAspect): Tensor => mean(crossEntropy(logits[aspect], labels[aspect]), seen[aspect])
  const [conceptLoss, colourLoss, materialLoss] = [thingLoss('concept'), thingLoss('colour'), thingLoss('material')]
  const people = add(mul(thingLoss('presentation'), weights.presentation), mul(thingLoss('tone'), weights.tone))

  const [told, whole] = [input('told', [batchSize]), input('whole', [batchSize])]
  const wholeLoss = (aspect: WholeAspect): Tensor => {
    const each = crossEntropy(picture[aspect], input(`picture.${aspect}`, [batchSize], 'int32'))
    // A broken picture has no style and no ground.
    return meanOfAll(mul(each, aspect === 'sound' ? told : whole))
  }
  const soundLoss = wholeLoss('sound')
  const pictureLoss = wholeAspects
    .filter((aspect) => aspect !== 'sound')
    .map(wholeLoss)
    .reduce(add)
  const loss = [
    mul(centreLoss, weights.centre),
    mul(reachLoss, weights.reach),
    conceptLoss,
    mul(colourLoss, weights.colour),
    mul(materialLoss, weights.material),
    people,
    mul(soundLoss, weights.sound),
    mul(pictureLoss, weights.picture),
  ].reduce(add)
  const conceptAccuracy = mean(cast(equal(argmax(logits.concept), labels.concept), 'float32'), present)
  return {
    loss,
    metrics: { centreLoss, reachLoss, conceptLoss, colourLoss, materialLoss, soundLoss, pictureLoss, conceptAccuracy },
  }
}

/** Summed over cells. logits and heat: [batch, cells]. */
function focalLoss(logits: Tensor, heat: Tensor): Tensor {
  const on = cast(less(0.999, heat), 'float32')
  const p = sigmoid(logits)
  const q = sub(1, p)
  // log(1 + exp(x)), which is -log q; -log p is the same less x.
  const softplus = add(maximum(logits, 0), log(add(exp(neg(abs(logits))), 1)))
  const missed = mul(mul(q, q), sub(softplus, logits))
  const away = sub(1, heat)
  const far = mul(mul(away, away), mul(away, away))
  const imagined = mul(mul(mul(p, p), softplus), far)
  return sum(add(mul(on, missed), mul(sub(1, on), imagined)))
}
