/** French terms that a policy stops at, in rot13, without accents (`node tools/policy-lists.ts` prints them plainly). */
import type { HiddenList } from './hidden-list.ts'

export const french: readonly HiddenList[] = [
  {
    group: 'hate',
    language: 'fr',
    hidden: `
      obhtabhy%, obhtabhy+, obhtabhyr+, ovpbg+, lbhcva^, lbhcvar+, lbhger+, srhw+ qr zreqr, arteb+ qr zreqr,
      fnyr+ arter+|arterffr+|abve+|nenor+|whvs^|crqr+|tbhvar+|srhw+|erorh+|obhtabhyr+|puvabvf*|puvargbdhr+|ebznab+|tvgna^|obhagl|zhfhyzna^|vzzvter+|rgenatre+,
      artevyyba+, onzobhyn+ abve*, puvargbdhr+, avnxbhr+, avndhbhr+, snpr qr pvgeba, pebhvyyr+, engba+ nenor,
      engbaanqr+, ebznavpury^, ebznab+ ibyrhe+, evgny+, obpur+, fpuyrh+, cbynx+, crqr+, cq qr zreqr, fnyr cq,
      crqnyr+ cq, gneybhmr+, gneybhfr+, gnagbhmr+, gnagbhfr+, svbggr+, gnsvbyr+, raphynqr qr crqr, tbhvar+, tbhvanffr+,
      oebhgrhfr qr tnmba, geniryb+, furznyr+, tbtby+ qr zreqr, nggneqr+ zragny*, qrovyr+ zragny*, gevfb qr zreqr,
      fbhf ubzzr+, fbhf enpr+, enpr vasrevrher, enprf vasrevrherf,
      zbeg nhk whvs*|nenor+|zhfhyzna*|abve+|arter+|ubzb+|crqr+|tnlf|oynapf|vzzvterf|rgenatref|srzzrf|puergvraf|gmvtnarf|ebzf|zvtenagf,
      zbeg n vfenry,
      ghre|ghbaf|ohgre|tnmre|oehyre|craqer|rkgrezvare|ryvzvare gbhf|gbhgrf yrf whvs*|nenor+|zhfhyzna*|abve+|ubzb*|tnlf|vzzvterf|srzzrf|ebzf|zvtenagf|oynapf|puergvraf,
      tnm* yrf whvs*|nenor+|abve+|ubzb*|ebzf|zhfhyzna*,
      yrf whvs*|nenor+|abve+|zhfhyzna*|ubzb*|vzzvterf|ebzf|zvtenagf nh|nhk sbhe|sbhef|tnm,
      yrf whvs*|nenor+|abve+|zhfhyzna*|ubzb*|vzzvterf|ebzf|zvtenagf qnaf yrf sbhef, yrf sbhef .. cbhe .. whvs*|nenor+,
      abve+|abver+|nsevpnva*|nsevpnvar+ .. ra|pbzzr .. fvatr+|thraba+|znpndhr+|tbevyyr+|rfpynir+,
      srzzr+|ubzzr+|rasnag+ abve+|abver+|nsevpnva*|nsevpnvar+ .. ra|pbzzr .. fvatr+|thraba+|tbevyyr+|znpndhr+,
      whvs*|whvir+|nenor+|zhfhyzna*|vzzvter*|zvtenag+|ebzf|gmvtnar+|tvgna* .. ra|pbzzr|fbag .. eng+|irezvar|pnsneq+|cnenfvgr+|cbep+|pbpuba+|navznhk|greebevfgr+|fvatr+,
      whvs*|whvir+ niner+|phcvqr+, whvs* .. arm pebpuh, arm pebpuh whvs*, senapr nhk senapnvf, ba rfg purm abhf qrubef,
      onzobhyn+, qrubef yrf nenorf|abvef|whvsf|rgenatref|vzzvterf|zhfhyznaf, fnyr enpr`,
  },
  {
    group: 'hate',
    language: 'fr',
    ownLanguageOnly: true,
    hidden: `
      arter, arterf, arterffr, arterffrf, arteb, artebf, engba nenor, cq, cqf, gevfbzvdhr qr zreqr`,
  },
  {
    group: 'hate-mild',
    language: 'fr',
    hidden: `
      ibyrhe^ .. tvgna*|ebz|ebzf|ebznab+, tebffr inpur, tebf gnf, tebffr gehvr, anobg+, obhqva+ zbpur, zbatby^ qrovyr,
      zbatbyvra^ qrovyr, pnf fbpvny, pnffbf, obhssba^ qr zreqr, fnyr enpr`,
  },
  {
    group: 'people-group',
    language: 'fr',
    hidden: `
      whvs, whvsf, whvir+, zhfhyzna^, vfynz, abvef, yrf abverf, crefbaar+ abver+, ubzzr+ abve+, srzzr+ abver+,
      nsevpnva^, nenor+, zntuerova^, tnl+, ubzb+, ubzbfrkhry^, yrfovraar+, vzzvter+, vzzvterr+, zvtenag^, ershtvr+,
      yrf srzzrf, nfvngvdhr+, puvabvf, puergvra^, pngubyvdhr+, ebz, ebzf, gmvtnar+, tvgna^, genafrkhry^, genaftraer+,
      unaqvpncr+, rgenatref, fqs`,
  },
  {
    group: 'dehumanising',
    language: 'fr',
    hidden: `
      irezvar, fbhf-ubzzr+, fbhf-uhznva^, pnsneq+, pnsneqf, rkgrezva*,
      fbag qrf navznhk|engf|cbepf|cnenfvgrf|orgrf|fvatrf, vasrevrhe^, enpr vasrevrher, punzoer+ n tnm, trabpvqr,
      qbvirag zbheve|perire, qrienvrag zbheve|perire, n nongger, ylapu%, zrevgrag qr zbheve|perire, n tnmre, nh sbhe`,
  },
  {
    group: 'sexual',
    language: 'fr',
    hidden: `
      cbeab+, cbeabtencu*, svyz+ qr phy, cyna+ phy, fprar+ qr frkr, fprar+ qr phy, frkr beny|nany, nany, nanyr, nanyrf,
      npgr+ frkhry^, enccbeg+ frkhry^, eryngvba+ frkhryyr+, snver y'nzbhe, snvg y'nzbhe, sbag y'nzbhe, snvfnag y'nzbhe,
      onvfre+ .. punggr|phy|fnybcr+|chgr+, onvfr zbv, onvfr yn|yr, snvg|snver onvfre|raphyre|fhpre, raphy%, raphyrhe+,
      raphyntr, fbqbzvr+, fbqbzvf%, fbqbzvfre, sryyngvba+, phaavyvathf, phaav, oenayre, oenayrggr+, oenayrhe+,
      oenayrhfr+, fr oenayr, fr oenayrag, znfgheo*, fr qbvtgr, fr qbvtgre, fr gbhpure .. frkr|punggr|ovgr, rwnphy*,
      rwnp snpvnyr+, snpvnyr fcrezr, fcrezr, sbhger oynap, tvpyrr+ qr fcrezr, fhp% .. ovgr+|dhrhr+|frkr|cravf,
      fhprhfr+, cvcr onirhfr, gheyhgr+, gevatyre, gebapure, oebhgre .. zvabh|punggr|tnmba, mvtbharggr+,
      gnvyyre .. cvcr+, gnvyyr .. cvcr, tbetr cebsbaqr, cnegbhm*, betvr+, tnat onat, gevbyvfzr, cyna n gebvf,
      rpunatvfgr+, tbqrzvpurg+, tbqrzvpur+, tbqr, tbqrf, cyht nany, frk gbl+, frkgbl+, cbhcrr+ tbasynoyr+ frk*,
      yrierggr cbfvgvba, ra yrierggr, cbfvgvba+ frkhryyr+, xnznfhgen, fnybcr+, chgr+, chgrf, crgnffr+, cbhssvnffr+,
      cbhsvnffr+, genvarr fnyr, tnepr ahr, ovgr+ qher+|rabezr+|trnagr+, tebffr+|rabezr+ ovgr+,
      punggr+ zbhvyyrr+|enfrr+|cbvyhr+|uhzvqr+|bhiregr+|freerr+, zbhyr+ zbhvyyrr+, sbhsbhar+, grhpu+, grho+, mbo+,
      puvoer+, obhefrf cyrvarf, pyvgbevf, pyvgb+, cnegvr qr wnzorf ra y'nve, wnzorf rpnegrrf ahr, vaprfgr+,
      vaprfghrhk*, mbbcuvy*, arpebcuvy*, crqbcuvy*, ivby, ivbyf pbyyrpgvs*, ivby pbyyrpgvs, ivbyrhe^, ivbyre, ivbyrr,
      ivbyrrf, gbheanagr ivby, fprar qr ivby, alzcubznar+, qbzvangevpr+, fnqb znfb, fnqbznfb*, rfpynir+ frkhry*,
      fgevc-grnfr cbeab, uragnv, wbhve ahr, wbhvffnapr frkhryyr, betnfz*, phy ah, tebf phy ahr, ohxxnxr, kkk,
      frkhryyrzrag rkcyvpvgr`,
  },
  {
    group: 'sexual',
    language: 'fr',
    ownLanguageOnly: true,
    hidden: `
      ovgr, ovgrf, ivby, ivbyf, avpubaf cbeab, frkr`,
  },
  {
    group: 'nudity',
    language: 'fr',
    hidden: `
      srzzr+|ubzzr+|svyyr+|tnepba+|zbqryr+|pbecf|crefbaar+|znaardhva+|npgevpr+|npgrhe+|qnzr+|qnafrhe+|qnafrhfr+|traf|pbhcyr+|onvtarhe+|onvtarhfr+|ryyr|rasnag+|tnzva*|tnzvar+|oror+|nqb+|nqbyrfprag*|nqbyrfpragr+|svyyrggr+|rpbyvre+|rpbyvrer+|fbrhe+|zrer+|crer+|qrrffr+|alzcur+|irahf|rir|nqnz|anghevfgr+|ylprraar+|pbyyrtvraar+|ryrir+|punagrhfr+|punagrhe+|cerfvqrag*|zvavfger+|ervar|ebv|cevaprffr+|cncr|gbhgr|gbhf|zbvgvr|qrzv|pbzcyrgrzrag|ragvrerzrag|cbfnag|cbfr|nyybatrr+|nffvfr+|qrobhg|antre|onvtare|qbezve|qnafr|qnafnag|naf|oybaq+|oybaqr+|oehar+|ebhffr+|raqbezvr+|pbhpurr+ ah|ahr|ahf|ahrf,
      qrahq*, qrirgh^, qrfunovyy%, fnaf .. irgrzrag+|phybggr+|fyvc|fbhgvs|unovgf, fnaf fbhgvra tbetr, gbhg ah,
      gbhg ahf, gbhgrf ahrf, frvaf ahf, frva ah, cbvgevar ahr, srffrf ahrf, srffrf|frvaf n y'nve,
      srzzr+|ubzzr+|svyyr+|tnepba+|traf|pbhcyr|ryyr .. n cbvy, gbhg|gbhgr|gbhf n cbvy, ahqvgr+, ahqvfgr+, ahqvfzr,
      anghevfgr+, anghevfzr, gbcyrff, cravf, intva+, ihyir+, grfgvphyr+, cnegvrf travgnyrf, betnarf travgnhk,
      mvmv n y'nve, mvmv, avpuba+, avoneq+, ah negvfgvdhr, ah vagrteny, ah srzvava, ah znfphyva, ahf srzvavaf,
      fgevc grnfr, fgevcgrnfr+, fgevcgrnf*, rssrhvyyrhfr+, phy ah, ra grahr q'rir, ra grahr q'nqnz,
      pnerff% .. srffrf|frvaf`,
  },
  {
    group: 'suggestive',
    language: 'fr',
    hidden: `
      frkl, rebgvdhr+, rebgvfzr, frafhryyr+ cbfr, nthvpunag^, nthvpurhfr+, nyyhzrhfr+, pbdhvar ra yvatrevr, yvatrevr,
      ahvfrggr+, fgevat+ phybggr, phybggr svar, tebf frvaf, tebf avpubaf, rabezrf frvaf, qrpbyyrgr cybatrnag,
      chycrhfr+, cebibpnag^, cbfr ynfpvir, ynfpvs, ynfpvir+, rkpvgrr+ frkhry*, cebfgvghrr+, chgr+, obeqry,
      znvfba pybfr, wneergryyrf, obzonffr+, obaanffr+, punhqnffr+, srgvpuvf*, ra crgvgr grahr, ra fbhf irgrzragf,
      ra grahr yrtrer`,
  },
  {
    group: 'doubtful',
    language: 'fr',
    hidden: `
      punggr, punggrf, dhrhr+, ovgr, ovgrf, phy, phyf, frva, frvaf, grgba+, zvabh, srffr, srffrf, iretr, oendhrzneg,
      ragerwnzor, znzryba+, phvffrf`,
  },
  {
    group: 'lewd',
    language: 'fr',
    hidden: `
      frkl, fhpr, fhprag, fhpre, fhpnag, yrpur fn|fba|frf|yn, yrpure fn|fba|frf|yn, rerpgvba, rkpvgrr, rkpvgr,
      zbhvyyrr, onaqnag, onaqnagr, gevcbg%, crybg%, rebgvdhr+, fn tebffr, frf tebf, fnybcr+, chgr+, onvfr,
      zbager .. frf|fba|fn, rkuvo*, qrahqr+, qrahqrr+, oenayr, oenayre, srffrr+, ynfpvir, trzv*, wbhve`,
  },
  {
    group: 'minors',
    language: 'fr',
    hidden: `
      crqbcbea*, crqbcbeabtencu*, crqbcuvy*, crqbpevzvany*, crqb, crqbf, cbeab rasnagva*, cbeabtencuvr rasnagvar,
      ybyvpba, fubgnpba, ybyv, ybyvf, fubgn, nohf frkhry* .. rasnag+|zvarhe*,
      nggbhpurzrag+ .. rasnag+|zvarhe*|svyyr+|tnepba+, qrgbhearzrag qr zvarhe+, vaprfgr .. svyyr|rasnag,
      cebfgvghgvba rasnagvar, ivby q'rasnag+, ivbyrhe q'rasnag+`,
  },
  {
    group: 'child',
    language: 'fr',
    hidden: `
      rasnag+, tbffr+, tnzva^, tnzvar+, oror+, abheevffba+, abhirnh ar+, onzova^, zbzr+, znezbg+, svyyrggr+,
      tnepbaarg+, crgvgr+ svyyr+, crgvg+ tnepba+, wrhar+ svyyr+, wrhar+ tnepba+, nqb, nqbf, nqbyrfprag^, cernqb+,
      cernqbyrfprag^, rpbyvre+, rpbyvrer+, pbyyrtvra^, ylprra^, ylprraar+, zvarhef, zvarherf,
      svyyr+|tnepba+ zvarhe*|zvarher+, ryrir+ qr .. cevznver|zngrearyyr|pbyyrtr|pc|pr1|pz2|fvkvrzr, zngrearyyr,
      zbvaf qr qvk uhvg naf, zbvaf qr 18 naf, rasnagva^, vzchorer+, cerchorer+, chorer`,
  },
  {
    group: 'girl-or-boy',
    language: 'fr',
    hidden: `
      svyyr, svyyrf, tnepba, tnepbaf, avrpr+, fbrhe pnqrggr, crgvgr fbrhe`,
  },
  {
    group: 'child-alone',
    language: 'fr',
    hidden: `
      tnzvar, svyyrggr, rpbyvrer, pbyyrtvraar, ylprraar`,
  },
  {
    group: 'gore',
    language: 'fr',
    hidden: `
      tber, rtbet%, rtbetrzrag+, qrpncvg%, qrpncvgngvba+, qrzrzoe%, qrzrzoerzrag+, rirage%, rivfpre%, rgevc%, zhgvy%,
      zhgvyngvba+, rpbepu% ivs|ivir|ivsf, rzcny%, rzcnyrzrag+,
      gevcrf|oblnhk|ragenvyyrf|vagrfgvaf|ivfprer+ .. nve|fbegvrf|fbegrag|neenpu*|greer|cnegbhg,
      grgr+|znva+|oenf|wnzor+|zrzoer+|qbvtg+|cvrq+ pbhcr+|genapur+|neenpur+|genapurr+|pbhcrr+|neenpurr+|frpgvbaar+,
      pbhc%|genapu%|neenpu% yn|fn|har|yrhe grgr|tbetr, genapu%|neenpu% yr|yrf|frf|fba oenf|wnzorf|qbvtgf|zrzoerf,
      tbetr+ genapurr+|bhiregr+|pbhcrr+, grgr+ fhe .. cvdhr+|cvrh|cvrhk, zner+ qr fnat, syndhr+ qr fnat, onva qr fnat,
      onvaf qr fnat, pbhireg*|pbhiregr+|znphy*|gerzcr*|oneobhvyy* .. qr fnat, fnat cnegbhg, fnat dhv tvpyr,
      fnat tvpynag, fnat dhv pbhyr, fnat fhe yrf zhef, tvpyr+|tvpyrr+ qr fnat, tvpyherf qr fnat,
      fnatynag^ pnqnier|zrheger|pbecf|znffnper|cynvr+, pnqnier+ fnatynag*|zhgvyr*|qrpbzcbfr*,
      pnqnier+ ra qrpbzcbfvgvba|chgersnpgvba, pbecf fnatynag*|qrpuvdhrg*|zhgvyr*|qrzrzoer*, rafnatynag*, qrpuvdhrg*,
      gnf qr pnqnierf, cvyr+ qr pnqnierf, puneavre+, gbeghe%, gbegvbaanver+, pehpvsv% ah,
      cbvtaneq% .. ubzzr|srzzr|crefbaar|traf|pbrhe|qbf|ivpgvzr|brvy|rasnag, onyyr+ qnaf yn grgr,
      oehyr+|oehyrr+ ivs|ivir|ivsf|ivirf, oehyre ivs|ivir, onggh+|ongghr+ n zbeg, ylapu%, ylapuntr+,
      pnaavony* .. punve|znatr*|qribe*, punve uhznvar, shfvyynqr+ .. rpbyr|ylprr, ghrevr+,
      preiryyr .. rpyng*|rkcybf*|greer|cnegbhg, penar rpyngr|senpnffr|rkcybfr, gbeghe% .. pung|puvra|navzny,
      ivbyrapr pbawhtnyr|pbawhtnyrf, sencc% fn|fba srzzr|rasnag, srzzr ongghr, znygenvg* .. rasnag|navzny`,
  },
  {
    group: 'death',
    language: 'fr',
    hidden: `
      pnqnier+, zrheger+, zrhegevre+, zrhegevrer+, nffnffvang+, nffnffvar+, znffnper+, znffnpe%, pbecf fnaf ivr,
      ubzzr zbeg, srzzr zbegr, rasnag zbeg, ubzzrf zbegf, rasnagf zbegf, traf zbegf, ghrhe+ ra frevr, craqh, craqhr,
      craqhf, gbegher, gbegherf, ghre .. ubzzr|srzzr|traf|crefbaar, ghr+ .. ubzzr|srzzr|traf|crefbaar,
      crybgba q'rkrphgvba, nggragng+, pevzr qr threer, fnatynag^, abrhq pbhynag`,
  },
  {
    group: 'self-harm',
    language: 'fr',
    hidden: `
      nhgbzhgvy*, nhgb zhgvy*, fr fpnevsv*, fr pbhc% .. irvarf|oenf|cbvtargf, fr gnvyy% .. irvarf|cbvtargf,
      f'bhie* .. irvarf, irvarf|cbvtargf bhireg*|pbhcr*|genapur*|gnvyynqr*|ragnvyyr*|bhiregrf,
      gnvyynq% .. cbvtargf|oenf|irvarf, fr craq, fr craqer, fr craqnag, f'rfg craqh, f'rfg craqhr, fr fhvpvq*,
      f'rfg fhvpvqr*, zr fhvpvqre, fhvpvqnag, fr ghre, fr gver|gvere har onyyr, fr qbaare yn zbeg,
      zrgger|zrg sva .. wbhef|ivr, raivr qr zbheve, fr snver qh zny, zrgubqr+ .. fhvpvqr,
      fhvpvqr cne .. craqnvfba|onyyr|zrqvpnzragf, cebnan, ceb nan, guvafcb, fr ynvffre zbheve qr snvz,
      craqnvfba fhvpvqr`,
  },
  {
    group: 'suicide',
    language: 'fr',
    hidden: `
      fhvpvqr, fhvpvqrf, fhvpvqnver+, fhvpvqr+, naberkv*, naberkvdhr+, obhyvzv*, fheqbfr, bireqbfr+`,
  },
  {
    group: 'weapon',
    language: 'fr',
    hidden: `
      obzor negvfnanyr, obzorf negvfnanyrf, obzor+ .. negvfnanyr+|znvfba|ghlnh|pybhf|fnyr|vapraqvnver+,
      pbpxgnvy+ zbybgbi, zbybgbi+, rkcybfvs, rkcybfvsf, prvagher+ q'rkcybfvsf, prvagher rkcybfvir, ratva rkcybfvs,
      pbyvf cvrtr, ibvgher cvrtrr, ancnyz, tnm fneva, fneva, evpvar, naguenk, tnm zbhgneqr, tnm qr pbzong, tnm gbkvdhr,
      nezr+ puvzvdhr+|onpgrevbybtvdhr+|ahpyrnver+|vzcevzrr+|negvfnanyr+, cvfgbyrg+ vzcevzr+|negvfnany, shfvy negvfnany,
      fvyrapvrhk cbhe, fvyrapvrhk qr cvfgbyrg, plnaher, teranqr negvfnanyr, obzor, obzorf, cbhqer abver rkcybfvir`,
  },
  {
    group: 'drug',
    language: 'fr',
    hidden: `
      pbpnvar, penpx shzr*, urebvar .. frevathr|vawrpgre|vawrpgr|qebthr|qbfr, zrgunzcurgnzvar+, pelfgny zrgu, zrgu,
      sragnaly, yfq ohineq+, ohineq+ qr yfq, rpfgnfl cvyhyr+, zqzn, xrgnzvar, qrnyre+ qr qebthr|penpx|fuvg, qrnyrhe+,
      envy+ qr pbxr, favss% .. pbxr|pbpnvar|envy|cbhqer, shz% .. wbvag+|pnaanovf|fuvg|penpx, wbvag qr pnaanovf,
      erfvar qr pnaanovf, cynagngvba qr pnaanovf, oneerggr qr fuvg, frevathr q'urebvar, gensvp qr qebthr,
      ynobengbver qr zrgu|qebthr`,
  },
  {
    group: 'extremism',
    language: 'fr',
    hidden: `
      urvy uvgyre, fvrt urvy, ivir uvgyre, ivir yr shuere, ivir qnrfu, ivir qnrpu, tybver n uvgyre|qnrfu|qnrpu,
      fnyhg+ anmv+|uvgyrevra+, qencrnh+ anmv+, qencrnh+ qr qnrfu|qnrpu, qencrnh+ qr y'rgng vfynzvdhr,
      havsbezr+ anmv+|ff, cebcntnaqr anmvr|qwvunqvfgr+|wvunqvfgr+|uvgyrevraar, cebcntnaqr qr qnrfu|qnrpu,
      oenffneq+ anmv+, arbanmv*, arb anmv+, xh xyhk xyna, fhcerzngvr oynapur, fhcerzngvf* oynap*, cbhibve oynap,
      pebvk tnzzrr .. qencrnh|oenffneq|gngbh*|zhe, gngbhntr+ .. pebvk tnzzrr+|anmv+, tenaq erzcynprzrag, artngvbaavf*,
      rkrphgvba .. qnrfu|qnrpu|qwvunqvfgr+, pbzonggnag+ qr qnrfu|qnrpu, pbzonggnag+ qr y'rgng vfynzvdhr,
      fubnu .. zrafbatr|vairagvba|oynthr, uvgyre .. urebf|fnvag|tragvy|tybevrhk`,
  },
  {
    group: 'extremism-mild',
    language: 'fr',
    hidden: `
      pebvk tnzzrr+, pebvk tnzzrrf, finfgvxn+, anmv, anmvr, anmvf, anmvrf, anmvfzr, uvgyre, shuere, gebvfvrzr ervpu,
      trfgncb, jnssra ff, bssvpvre+ ff, qnrfu, qnrpu, rgng vfynzvdhr, qwvunqvfgr+, wvunqvfgr+, ora ynqra,
      bhffnzn ora ynqra, pnzc+ qr pbapragengvba, pnzc+ q'rkgrezvangvba`,
  },
  {
    group: 'coarse',
    language: 'fr',
    hidden: `
      zreqr+, zreqvdhr+, rzzreq*, qrzreq% gbv, chgnva+, obeqry qr zreqr, pbaar+, pbaanffr+, pbaaneq+, pbaaneqr+,
      pbaarev*, raphyr+, raphyre, raphyrr+, avdhre, avdhrr+, avdhr gn|fn|grf|yrhe, agz, sqc, svyf qr chgr,
      gt gn thrhyr, gn thrhyr, srezr gn thrhyr, fnyr ongneq, fnynhq+, rasbver+, rasbverr+, zreqrhk, zreqrhfr+,
      fnybcneq+, fnybcrevr+, pbhvyyr+, pbhvyyba*, puvre, puvr, puvnag^, puvnffr+, puvbgg*, cvffr, cvffre, onaqre qhe,
      gebh qh phy, gebhqhp, gebh qr onyyr, tebf phy, gba phy, zba phy, crgnffr+, sbhger, sbhgnvfr+, sbhgh pbaaneq,
      thrhyr qr pba, tebf pba, fnyr pba, cnhier pba, crgvg pba, ivrhk pba, obhssba qr zreqr, noehgv^, qrovyr+, pergva^,
      fnybcr+, chgr+`,
  },
  {
    group: 'coarse',
    language: 'fr',
    ownLanguageOnly: true,
    hidden: `
      pba, pbaf, ovgr, phy, punggr cbvyhr`,
  },
  {
    group: 'demeaning',
    language: 'fr',
    hidden: `
      pbzzr ha|har|yr|yn|tebf cbep|pbpuba, ra cbep|pbpuba|gehvr|eng|fvatr|inpur|nar|thraba,
      pbzzr .. cbep|pbpuba|gehvr|eng|fvatr|thraba|puvra|inpur|onyrvar|oror|qvnoyr|anmv|pnsneq|frecrag|nar, fghcvqr+,
      vqvbg^, vzorpvyr+, qrovyr+, zbpur+, ynvq^, noehgv^, pergva^, tebf cbep, tebffr gehvr, borfr+, uhzvyv*, rapunvar+,
      rapunvarr+, ra pbhpur+, nirp har pbhpur, nhk gbvyrggrf, fhe yrf gbvyrggrf, fhe .. phirggr, nhk puvbggrf,
      snvfnag pnpn, snvg pnpn, ibzv*, vier+, obheer, fnbhy^, qreevrer yrf oneernhk, ra cevfba, ra gnhyr, zrabggr+,
      zrabggrr+, neergr cne yn cbyvpr, senccr+ nh ivfntr, tvsyr+, tvsyrr+, gnonffr+, gnonffrr+, rgenaty*, zbeg, zbegr,
      qnaf .. prephrvy, fhe .. rpunsnhq, craqh, craqhr, thvyybgva*, nffnffva*, ghr cne, cbvtaneqr+, yvtbgr+, yvtbgrr+,
      onvyybaar+, ra ynvffr, n trabhk qrinag, cyrheavpu*, zvanoyr+, cngurgvdhr+, ahy n puvre, tebf ahy, ah, ahr,
      n cbvy, nirp .. zbhfgnpur .. uvgyre, nivf qr erpurepur, fhe .. punvfr ryrpgevdhr, pehpvsvr+`,
  },
]
