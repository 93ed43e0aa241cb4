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
  detect,
  nameThings,
  type ThingAspect,
  thingAspects,
  wholeAspects,
} from '../networks/detector.ts'

/** Things of one picture that are named and measured; more of them are only found. */
export const named = 16

/** What each part of the loss weighs beside the concept of a thing. */
const weights = { centre: 1, reach: 4, colour: 0.5, material: 0.5, presentation: 0.3, tone: 0.3, picture: 0.3 } as const

/**
 * The loss of a batch and its parts, all scalars. pixels: uint8 [batch, side, side, 3]; what should be said of them comes in
 * as inputs, named as below.
 */
export function detectorLoss(p: Parameters, settings: DetectorSettings, pixels: Tensor) {
  const batchSize = fixed(pixels, 0)
  const cellCount = cellsOf(settings) ** 2
  const { centre, reach, places, picture } = detect(p, settings, pixels)
  const present = input('present', [batchSize, named])
  const coloured = input('coloured', [batchSize, named])
  const all = maximum(sum(present), 1)
  const mean = (values: Tensor, weight: Tensor, count: Tensor): Tensor => div(sum(mul(values, weight)), count)

  const heat = input('heat', [batchSize, cellCount])
  const centreLoss = div(focalLoss(centre, heat), all)

  // A thing's place is picked by a product with a row of zeros and a one.
  const cellNumbers = constant(
    Array.from({ length: cellCount }, (_, k) => k),
    [1, 1, cellCount],
    'int32',
  )
  const middles = reshape(input('middles', [batchSize, named], 'int32'), [batchSize, named, 1])
  const pick = cast(equal(middles, cellNumbers), 'float32')
  const off = abs(sub(matmul(pick, reach), input('reach', [batchSize, named, 4])))
  const reachLoss = mean(sum(off, [2]), present, all)

  const logits = nameThings(p, settings, matmul(pick, places))
  const labels = Object.fromEntries(
    thingAspects.map((aspect) => [aspect, input(aspect, [batchSize, named], 'int32')]),
  ) as Record<ThingAspect, Tensor>
  const seen = { concept: present, presentation: present, colour: coloured, material: coloured, tone: coloured }
  const colouredCount = maximum(sum(coloured), 1)
  const thingLoss = (aspect: ThingAspect): Tensor =>
    mean(crossEntropy(logits[aspect], labels[aspect]), seen[aspect], seen[aspect] === present ? all : colouredCount)

  const [told, whole] = [input('told', [batchSize]), input('whole', [batchSize])]
  const pictureLoss = wholeAspects
    .map((aspect) => {
      const each = crossEntropy(picture[aspect], input(`picture.${aspect}`, [batchSize], 'int32'))
      // A broken picture has no style and no ground.
      return meanOfAll(mul(each, aspect === 'sound' ? told : whole))
    })
    .reduce(add)

  const conceptLoss = thingLoss('concept')
  const colourLoss = thingLoss('colour')
  const materialLoss = thingLoss('material')
  const people = add(mul(thingLoss('presentation'), weights.presentation), mul(thingLoss('tone'), weights.tone))
  const loss = [
    mul(centreLoss, weights.centre),
    mul(reachLoss, weights.reach),
    conceptLoss,
    mul(colourLoss, weights.colour),
    mul(materialLoss, weights.material),
    people,
    mul(pictureLoss, weights.picture),
  ].reduce(add)
  const right = cast(equal(argmax(logits.concept), labels.concept), 'float32')
  const metrics = {
    centreLoss,
    reachLoss,
    conceptLoss,
    colourLoss,
    materialLoss,
    pictureLoss,
    conceptAccuracy: mean(right, present, all),
  }
  return { loss, metrics }
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
