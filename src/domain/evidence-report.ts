import type { EvidenceMark, Region } from './evidence.ts';
import type { PixelSize } from './image-tokens.ts';

export interface Report {
  readonly language: 'en' | 'zh';
  readonly title: string;
  readonly question: string;
  readonly answer: string;
  readonly marks: readonly EvidenceMark[];
  readonly pictures: readonly ReportPicture[];
  /** Deployment, model and time, each as it is to stand there. */
  readonly facts: readonly string[];
  readonly words: ReportWords;
}

export interface ReportPicture {
  readonly name: string;
  /** `data:image/…`; null: its bytes are not here. */
  readonly dataUrl: string | null;
  /** In which the regions are drawn; the upright picture's own, or any of its proportions. */
  readonly sizePx: PixelSize;
  readonly regions: readonly Region[];
}

export interface ReportWords {
  readonly question: string;
  readonly answer: string;
  readonly evidence: string;
  readonly noPicture: string;
  readonly simulated: string | null;
  readonly layers: Readonly<Record<Region['layer'], string>>;
  readonly confidence: (percent: number) => string;
  readonly missing: string;
}

/**
 * A page that stands alone: no script, nothing that is fetched, and its own policy that forbids both. Everything a
 * person, a picture or a model wrote is text in it.
 */
export function toReportHtml(report: Report): string {
  const { language, title, words, facts } = report;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p class="facts">${facts.map(escape).join(' · ')}</p>
${words.simulated === null ? '' : `<p class="note">${escape(words.simulated)}</p>`}
<section><h2>${escape(words.question)}</h2>
<p class="text">${escape(report.question)}</p></section>
<section><h2>${escape(words.answer)}</h2>
<p class="text">${answerHtml(report)}</p></section>
<section><h2>${escape(words.evidence)}</h2>
${report.pictures.map((picture) => pictureHtml(picture, words)).join('\n')}
</section>
</main>
</body>
</html>
`;
}

function answerHtml({ answer, marks, words, pictures }: Report): string {
  const known = new Set(pictures.flatMap(({ regions }) => regions.map(({ id }) => id)));
  let at = 0;
  let html = '';
  for (const { start, end, regionIds } of marks) {
    html += escape(answer.slice(at, start));
    const text = escape(answer.slice(start, end));
    const target = regionIds.find((id) => known.has(id));
    html +=
      target !== undefined
        ? `<a href="#${anchorOf(target)}">${text}</a>`
        : regionIds.length === 0
          ? `<s title="${escape(words.missing)}">${text}</s>`
          : text;
    at = end;
  }
  return html + escape(answer.slice(at));
}

function pictureHtml(picture: ReportPicture, words: ReportWords): string {
  const { name, dataUrl, sizePx, regions } = picture;
  const { widthPx, heightPx } = sizePx;
  // Data URLs of base64 hold nothing that could end the attribute; anything else is not put there.
  const image =
    dataUrl !== null && /^data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]*$/.test(dataUrl)
      ? `<img src="${dataUrl}" alt="${escape(name)}" width="${widthPx}" height="${heightPx}">`
      : `<p class="none">${escape(words.noPicture)}</p>`;
  const shapes = regions.map(({ layer, polygon, id }) => {
    const points = polygon.map(({ x, y }) => `${round(x * widthPx)},${round(y * heightPx)}`).join(' ');
    return `<a href="#${anchorOf(id)}"><polygon class="${layer}" points="${points}"/></a>`;
  });
  return `<figure>
<div class="picture">${image}<svg viewBox="0 0 ${widthPx} ${heightPx}" aria-hidden="true">${shapes.join('')}</svg></div>
<figcaption>${escape(name)}</figcaption>
<ol>
${regions.map((region) => regionHtml(region, words)).join('\n')}
</ol>
</figure>`;
}

function regionHtml({ id, layer, text, number, confidence }: Region, words: ReportWords): string {
  const parts = [
    number === null ? '' : `<b>[${number}]</b>`,
    `<span class="layer ${layer}">${escape(words.layers[layer])}</span>`,
    escape(text),
    confidence === null ? '' : `<small>${escape(words.confidence(Math.round(confidence * 100)))}</small>`,
  ];
  return `<li id="${anchorOf(id)}">${parts.filter((part) => part !== '').join(' ')}</li>`;
}

/** Ids are ours, but they are made of ids: only what is safe in an attribute and a fragment stays. */
function anchorOf(regionId: string): string {
  return `region-${regionId.replace(/[^\w-]/g, '-')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The evidence colours of `app.css`, each with a dash of its own. */
const style = `
:root{color-scheme:light dark}
body{margin:0;background:light-dark(#fff,#15181c);color:light-dark(#1b1f24,#e7eaee);font:15px/1.5 system-ui,sans-serif}
main{max-width:840px;margin:0 auto;padding:24px 16px;overflow-wrap:anywhere}
h1{font-size:24px;line-height:1.3;margin:0 0 4px}h2{font-size:15px;margin:24px 0 4px}
.facts,small,figcaption{color:light-dark(#59616b,#9ea8b3);font-size:12px}
.note{padding:8px 12px;border:1px solid light-dark(#ecd19c,#5a4521);border-radius:6px;font-size:13px}
.text{margin:0;white-space:pre-wrap}
figure{margin:8px 0 24px}
.picture{position:relative;width:fit-content;max-width:100%}
.picture img{display:block;max-width:100%;height:auto}
.picture svg{position:absolute;inset:0;width:100%;height:100%}
.none{padding:24px;border:1px dashed}
polygon{fill:transparent;stroke:#0072b2;stroke-width:2;vector-effect:non-scaling-stroke}
polygon.word{stroke:#56b4e9}polygon.object{stroke:#d55e00;stroke-dasharray:6 3}
polygon.person{stroke:#cc79a7;stroke-dasharray:2 2}polygon.caption{stroke:#009e73;stroke-dasharray:8 2 2 2}
polygon.cited,polygon.asked{stroke:#e69f00;stroke-width:3}
ol{padding-inline-start:0;list-style:none;font-size:13px}
li{padding:2px 4px;border-block-end:1px solid light-dark(#e1e4e8,#2b3138)}
li:target{background:light-dark(#e8f1fb,#16283b)}
.layer{padding:0 6px;border:1px solid;border-radius:10px;font-size:12px}
a{color:light-dark(#0b5cad,#6cb2f5)}
@media print{li{break-inside:avoid}figure{break-inside:auto}}
`;
