/** Company that terms are judged by: what makes an object dangerous, a symbol sacred, a death a play. Nothing here offends by itself. */
import type { TermList } from '../terms.ts'

export const company: readonly TermList[] = [
  {
    group: 'instructions',
    language: 'en',
    terms: `
      how to make|build|cook|construct|create|prepare|synthesize|synthesise|assemble|grow|smuggle|hide|buy|produce,
      how do i|you make|build|cook, recipe, recipes, instructions, instructional, instruction manual+, step by step,
      tutorial+, blueprint+, schematic+, diagram+ of making|how, diagram+ for making|building, diagram .. how, diy,
      wiring diagram, assembly diagram, assembling, recipe card+, infographic .. make|making|build|building,
      guide to making|building|cooking, manual for, formula for, synthesis, making of a`,
  },
  {
    group: 'office',
    language: 'en',
    terms: `
      president, prime minister, chancellor, senator, governor, king, queen, prince, princess, pope, minister,
      congressman, congresswoman, mayor`,
  },
  {
    group: 'sacred',
    language: 'en',
    terms: `
      buddhist, buddha, buddhism, hindu, hinduism, jain, jainism, temple+, shinto, shrine+, manji, ganesh*, diwali,
      vedic, dharma, sauvastika, rangoli, auspicious, religious symbol+ of, tibetan, mandala+, japanese map,
      finnish air force, navajo, ancient greek, mosaic`,
  },
  {
    group: 'history',
    language: 'en',
    terms: `
      museum+, history, historical, historic, world war, ww2, wwii, ww ii, documentary, memorial+, holocaust,
      anne frank, nuremberg, trial+, defeat*, liberat*, resistance, charlie chaplin, chaplin, great dictator,
      textbook+, anti, crossed out, no symbol, stop, against, soup, grammar, indiana jones, 1933, 1936, 1938, 1939,
      1940, 1941, 1942, 1943, 1944, 1945`,
  },
  {
    group: 'play',
    language: 'en',
    terms: `
      bride, mystery party, mystery game, mystery, cluedo, clue, on the orient express, crows, ballads, she wrote,
      hangman, game, flower+, lily, pose, yoga, halloween, cartoon, toy, theatre, theater, film poster, movie poster,
      mary, cocktail, orange, steak, sunset, moon, sky`,
  },
  {
    group: 'instructions',
    language: 'fr',
    terms: `
      comment fabriquer|faire|construire|cuisiner|preparer|synthetiser|assembler|cultiver|acheter|monter|produire,
      recette+, mode d'emploi, instructions, notice, notice de montage, tutoriel+, tuto+, etape par etape, etapes pour,
      schema+, plan+ de montage|fabrication, plan+ pour fabriquer, plan+ detaille+, fabrication,
      fabriquer|fabrique|fabriquant une|un|des|du|de, guide pour fabriquer|faire|preparer, manuel, synthese,
      bricolage maison`,
  },
  {
    group: 'office',
    language: 'fr',
    terms: `
      president, presidente, premier ministre, premiere ministre, chancelier, chanceliere, senateur, senatrice,
      gouverneur, roi, reine, prince, princesse, pape, ministre, depute, deputee`,
  },
  {
    group: 'sacred',
    language: 'fr',
    terms: `
      bouddhiste+, bouddha, bouddhisme, hindou^, hindoue+, hindouisme, jain^, jainisme, temple+, shinto, sanctuaire+,
      manji, porte bonheur, tibetain^, mandala+, rangoli, mosaique+, grec antique, vedique+`,
  },
  {
    group: 'history',
    language: 'fr',
    terms: `
      musee+, histoire, historique+, guerre mondiale, seconde guerre, documentaire+, memorial, memoire, shoah,
      holocauste, anne frank, nuremberg, proces, defaite+, liberation, libere+, resistance, resistant^, chaplin,
      charlot, dictateur chaplin, manuel scolaire, anti, barre+, barree+, contre, non au, non aux, 1936, 1939, 1940,
      1942, 1944, 1945`,
  },
  {
    group: 'play',
    language: 'fr',
    terms: `
      exquis, exquise, mystere+, cluedo, jeu, jeux, de societe, halloween, theatre, orient express, jouet+,
      dessin anime, jacinthe, orange+, steak, ciel, lune, coucher de soleil, affiche de film, roman, roman policier`,
  },
]
