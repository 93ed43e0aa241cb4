/** What a model is made from: corpus, sizes of networks, length of each training. */
import type { SampleSettings } from '../corpus/sample-settings.ts'
import type { DalleMiniSettings } from '../networks/dalle-mini.ts'
import type { TrainedTokenizerSettings } from '../networks/image-tokenizer.ts'
import type { ScorerSettings } from '../networks/scorer.ts'
import type { NormaliserSettings } from '../text/normalise.ts'
import type { CodebookSettings } from './codebook.ts'
import type { BrokenPictures } from './scorer-objective.ts'
import type { CodeNoise } from './tokenizer-objective.ts'
import type { TrainingSettings } from './trainer.ts'

export type Recipe = {
  readonly name: string
  readonly corpus: {
    readonly side: number
    readonly count: number
    readonly seed: number
    readonly sample: SampleSettings
    /** Scenes at the end that no network learns from. */
    readonly validationCount: number
    /** The corpus is of somebody's own pictures: `sample` and `seed` say nothing of what they show (own-pictures.ts). */
    readonly ownPictures?: true
  }
  readonly text: {
    readonly vocabularySize: number
    /** Words rarer than this are not counted as met. */
    readonly minimumCount: number
    readonly length: number
    readonly normaliser: NormaliserSettings
  }
  /** How the codebook is made, where the image tokenizer has one. */
  readonly codebook?: CodebookSettings
  readonly imageTokenizer: {
    readonly settings: TrainedTokenizerSettings
    /** How a learned tokenizer's encoder is trained, with a first decoder. */
    readonly encoderTraining?: TrainingSettings
    readonly noise: CodeNoise
    /** Of the decoder, once the codes stand. */
    readonly training: TrainingSettings
  }
  readonly generator: {
    readonly settings: DalleMiniSettings
    /** Share of captions replaced by the empty text. */
    readonly dropCaption: number
    readonly training: TrainingSettings
  }
  readonly scorer: {
    readonly settings: ScorerSettings
    readonly broken: BrokenPictures
    /** Pictures that the generator draws for it to learn from. */
    readonly drawn: number
    readonly training: TrainingSettings
  }
  readonly sampling: {
    readonly temperature: number
    readonly topK: number
    readonly guidance: number
    readonly candidates: number
  }
}
