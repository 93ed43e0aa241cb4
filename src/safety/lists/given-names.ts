/** Common given names in English and French: with a word behind them, a full name. None that is an everyday word as well. */
import type { TermList } from '../terms.ts'

export const givenNames: TermList = {
  group: 'given-name',
  language: 'any',
  terms: `
    adam, adele, adrian, agathe, alain, alan, albert, alex, alexander, alexandra, alexandre, alexis, alice, alicia,
    amanda, amandine, amelie, amy, andrea, andrew, andre, angela, angelina, anna, anne, anthony, antoine, antonio,
    ariana, arnaud, arthur, ashley, audrey, aurelie, barack, barbara, beatrice, benjamin, benoit, bernard, bernie,
    beyonce, boris, brandon, brenda, brian, brigitte, britney, bruno, camille, caroline, catherine, cecile, celine,
    charles, charlotte, chloe, christian, christina, christine, christophe, clara, claire, clement, connor,
    corinne, cynthia, damien, daniel, david, deborah, denis, dennis, diane, didier, dominique, donald, dorothy, 
    dylan, edouard, edward, elisabeth, elizabeth, elon, emily, emma, emmanuel, emmanuelle, eric, ethan, eva, evelyne,
    fabien, fabrice, felix, florian, francis, francois, francoise, frank, franck, frederic, gabriel, gabrielle,
    gary, genevieve, george, georges, gerald, gerard, giorgia, gilles, greta, gregory, guillaume, gwyneth, hannah, harold,
    heather, helen, helene, henri, henry, hillary, hugo, ines, isabelle, jacob, jacqueline, jacques, james, janet, jason,
    jean, jeanne, jeff, jeffrey, jennifer, jeremy, jerome, jessica, joan, joe, joel, john, johnny, jonathan, 
    joseph, joshua, juan, judith, julia, julie, julien, juliette, justin, kamala, kanye, karen, karine, kate, katherine,
    katy, kelly, kenneth, kevin, kim, kyle, lady gaga, larry, laura, laurence, laurent, lea, leo, leonardo, leonie,
    lewis, liam, linda, lisa, louis, louise, luc, lucas, lucie, manon, marc, margaret, margot, maria, marie, 
    marion, martin, martine, mary, mathieu, mathilde, matthew, maurice, megan, meghan, melanie, melissa, michael,
    michel, michele, michelle, miley, mohamed, monique, nancy, narendra, natalie, nathalie, nathan, nicholas, nicolas,
    nicole, noah, nora, olivia, olivier, oprah, oscar, pamela, pascal, patrice, patricia, patrick, paul, pauline, peter,
    philip, philippe, quentin, rachel, raphael, raymond, rebecca, regis, remi, rene, richard, rihanna, robert,
    robin, roger, roland, romain, ronald, ryan, samantha, samuel, sandra, sandrine, sara, sarah, scarlett, scott, selena,
    serena, sebastien, segolene, serge, shakira, sharon, simon, simone, sofia, sophia, sophie, stephane, stephanie, stephen,
    steven, susan, suzanne, sylvain, sylvie, taylor, tess, theresa, thierry, thomas, timothy, tom, tony, tyler, ursula,
    valerie, vanessa, veronique, victor, victoria, vincent, virginie, vladimir, volodymyr, walter, william, xavier,
    xi jinping, yann, yves, zoe`,
}
