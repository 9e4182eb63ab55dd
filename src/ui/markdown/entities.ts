const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';
const greek =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi ' +
  'Psi Omega - - - - - - - alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho ' +
  'sigmaf sigma tau upsilon phi chi psi omega';
const others =
  'quot:22 amp:26 apos:27 lt:3C gt:3E Tab:9 NewLine:A lbrace:7B rbrace:7D lbrack:5B rbrack:5D lpar:28 rpar:29 ast:2A ' +
  'lowbar:5F grave:60 num:23 dollar:24 percnt:25 colon:3A semi:3B comma:2C period:2E sol:2F bsol:5C vert:7C verbar:7C ' +
  'commat:40 excl:21 quest:3F equals:3D plus:2B hyphen:2010 OElig:152 oelig:153 Scaron:160 scaron:161 Yuml:178 ' +
  'fnof:192 circ:2C6 tilde:2DC ensp:2002 emsp:2003 thinsp:2009 zwnj:200C zwj:200D lrm:200E rlm:200F ndash:2013 ' +
  'mdash:2014 lsquo:2018 rsquo:2019 sbquo:201A ldquo:201C rdquo:201D bdquo:201E dagger:2020 Dagger:2021 bull:2022 ' +
  'hellip:2026 permil:2030 prime:2032 Prime:2033 lsaquo:2039 rsaquo:203A oline:203E frasl:2044 euro:20AC image:2111 ' +
  'weierp:2118 real:211C trade:2122 alefsym:2135 larr:2190 uarr:2191 rarr:2192 darr:2193 harr:2194 crarr:21B5 ' +
  'lArr:21D0 uArr:21D1 rArr:21D2 dArr:21D3 hArr:21D4 forall:2200 part:2202 exist:2203 empty:2205 nabla:2207 isin:2208 ' +
  'notin:2209 ni:220B prod:220F sum:2211 minus:2212 lowast:2217 radic:221A prop:221D infin:221E ang:2220 and:2227 ' +
  'or:2228 cap:2229 cup:222A int:222B there4:2234 sim:223C cong:2245 asymp:2248 ne:2260 equiv:2261 le:2264 ge:2265 ' +
  'sub:2282 sup:2283 nsub:2284 sube:2286 supe:2287 oplus:2295 otimes:2297 perp:22A5 sdot:22C5 lceil:2308 rceil:2309 ' +
  'lfloor:230A rfloor:230B lang:27E8 rang:27E9 loz:25CA spades:2660 clubs:2663 hearts:2665 diams:2666 check:2713 ' +
  'cross:2717 star:2606 starf:2605 thetasym:3D1 upsih:3D2 piv:3D6';

let names: ReadonlyMap<string, string> | undefined;

/**
 * Resolves character references: all numeric ones, and the names of HTML 4 with the ASCII names of HTML 5
 * (https://www.w3.org/TR/html401/sgml/entities.html). A name that is not known stays as it is written.
 */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,31}));/g, resolveOne);
}

function resolveOne(written: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) {
    names ??= listNames();
    return names.get(name) ?? written;
  }
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16);
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : '�';
}

function listNames(): Map<string, string> {
  const map = new Map<string, string>();
  latin1.split(' ').forEach((name, at) => map.set(name, String.fromCodePoint(160 + at)));
  greek.split(' ').forEach((name, at) => map.set(name, String.fromCodePoint(0x391 + at)));
  for (const pair of others.split(' ')) {
    const [name, code] = pair.split(':');
    map.set(name!, String.fromCodePoint(Number.parseInt(code!, 16)));
  }
  return map;
}
