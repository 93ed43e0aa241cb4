/** A small set of captions in both languages, each frequent word many times over. */
export function* captions(): Generator<string> {
  const things = ['kangaroo', 'elephant', 'star', 'cat', 'lighthouse', 'fire truck']
  const choses = ['un kangourou', "l'éléphant", 'une étoile', 'un chat', 'un phare', 'un château']
  for (const [at, thing] of things.entries()) {
    for (const colour of ['red', 'green', 'pink', 'dark blue']) {
      yield `a ${colour} ${thing} made of cheese`
      yield `two ${colour} ${thing}s on a white background`
    }
    for (const couleur of ['rouge', 'vert', 'rosé', 'bleu foncé']) {
      yield `${choses[at]} ${couleur} en fromage`
      yield `${choses[at]} ${couleur} à côté d'un arc-en-ciel`
    }
  }
}
