/** What may be set, each empty until a person fills it in; the placeholder says what the model takes then. */
import type { Model, Models, Order } from '../api/types.ts'
import { usePage } from './page-context.ts'

/** As typed. */
export type SettingsText = Readonly<
  Record<'model' | 'seed' | 'candidates' | 'temperature' | 'guidance' | 'topK', string>
>

export const emptySettings: SettingsText = {
  model: '',
  seed: '',
  candidates: '',
  temperature: '',
  guidance: '',
  topK: '',
}

/** As many pictures are kept as may be, so that any candidate can be swapped in. */
export function orderOf(prompt: string, settings: SettingsText, model: Model | undefined, mostPictures: number): Order {
  const number = (name: keyof SettingsText) => {
    const text = settings[name].trim()
    return text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)
  }
  const seed = number('seed')
  const candidates = number('candidates') ?? model?.defaults.candidates
  const sampling = Object.fromEntries(
    (['temperature', 'topK', 'guidance'] as const)
      .map((name) => [name, number(name)] as const)
      .filter(([, value]) => value !== undefined),
  )
  return {
    prompt: prompt.trim(),
    ...(settings.model !== '' && { model: settings.model }),
    ...(seed !== undefined && { seed }),
    ...(candidates !== undefined && { candidates, count: Math.min(candidates, mostPictures) }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
  }
}

type Parts = {
  readonly settings: SettingsText
  readonly onSettings: (settings: SettingsText) => void
  readonly models: Models | undefined
  readonly model: Model | undefined
}

export function Settings({ settings, onSettings, models, model }: Parts) {
  const { texts } = usePage()
  const set = (name: keyof SettingsText, value: string) => onSettings({ ...settings, [name]: value })
  const fields = [
    { name: 'seed', label: texts.seed, hint: texts.seedHint, usual: '', most: Number.MAX_SAFE_INTEGER, step: 1 },
    {
      name: 'candidates',
      label: texts.candidates,
      hint: texts.candidatesHint,
      usual: model?.defaults.candidates,
      least: 1,
      most: models?.limits.candidates,
      step: 1,
    },
    {
      name: 'temperature',
      label: texts.temperature,
      hint: texts.temperatureHint,
      usual: model?.defaults.temperature,
      most: 10,
      step: 0.05,
    },
    {
      name: 'guidance',
      label: texts.guidance,
      hint: texts.guidanceHint,
      usual: model?.defaults.guidance,
      most: 100,
      step: 0.1,
    },
    { name: 'topK', label: texts.topK, hint: texts.topKHint, usual: model?.defaults.topK, most: 2 ** 24, step: 1 },
  ] as const
  const choice = (models?.models.length ?? 0) > 1
  return (
    <details className="settings">
      <summary>{texts.settings}</summary>
      <p className="hint">{texts.settingsHint}</p>
      <div className="fields">
        {choice && (
          <label>
            {texts.model}
            <select value={model?.name} onChange={(event) => set('model', event.target.value)}>
              {models?.models.map(({ name, sha256 }) => (
                <option key={sha256}>{name}</option>
              ))}
            </select>
          </label>
        )}
        {fields.map((field) => (
          <label key={field.name}>
            {field.label}
            <input
              type="number"
              inputMode="decimal"
              min={'least' in field ? field.least : 0}
              max={field.most}
              step={field.step === 1 ? 1 : 'any'}
              placeholder={String(field.usual ?? '')}
              value={settings[field.name]}
              onChange={(event) => set(field.name, event.target.value)}
              aria-describedby={`hint-${field.name}`}
            />
            <small id={`hint-${field.name}`}>{field.hint}</small>
          </label>
        ))}
      </div>
    </details>
  )
}
