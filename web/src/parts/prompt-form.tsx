/** The box, the button, and the settings that most people never open. */
import { type FormEvent, useState } from 'react'
import type { Model, Models, Order } from '../api/types.ts'
import { usePage } from './page-context.ts'
import { emptySettings, orderOf, Settings } from './settings.tsx'

type PromptForm = {
  readonly prompt: string
  readonly onPrompt: (prompt: string) => void
  readonly models: Models | undefined
  readonly asking: boolean
  /** What to order, once it is known what there is. */
  readonly onDraw: (prompt: string, order: (models: Models) => Order) => void
}

export function PromptForm({ prompt, onPrompt, models, asking, onDraw }: PromptForm) {
  const { texts } = usePage()
  const [settings, setSettings] = useState(emptySettings)
  const chosen = (among: Models | undefined): Model | undefined =>
    among?.models.find(({ name }) => name === settings.model) ?? among?.models[0]
  const model = chosen(models)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // Out of the way of the nine: what was opened here, and a keyboard on the screen.
    for (const details of event.currentTarget.querySelectorAll('details')) details.open = false
    if (matchMedia('(pointer: coarse)').matches) document.getElementById('prompt')?.blur()
    onDraw(prompt, (known) => orderOf(prompt, settings, chosen(known), known.limits.count))
  }
  /** What is wrong must be seen to be put right: a browser says nothing of a field that is folded away. */
  const unfold = (event: FormEvent<HTMLFormElement>) => {
    for (const details of event.currentTarget.querySelectorAll('details')) details.open = true
  }
  return (
    <form className="ask" onSubmit={submit} onInvalidCapture={unfold}>
      <label htmlFor="prompt">{texts.promptLabel}</label>
      <div className="box">
        <input
          id="prompt"
          name="prompt"
          value={prompt}
          onChange={(event) => onPrompt(event.target.value)}
          placeholder={texts.promptHint}
          autoComplete="off"
          enterKeyHint="go"
        />
        <button type="submit" className="main" disabled={asking}>
          {asking ? texts.asking : texts.draw}
        </button>
      </div>
      <Settings settings={settings} onSettings={setSettings} models={models} model={model} />
    </form>
  )
}
