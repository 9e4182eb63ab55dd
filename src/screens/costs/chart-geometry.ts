import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { CostPart, PeriodSum } from '#domain/costs.ts';

export interface ChartSpace {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface ChartWords {
  /** What stands under a bar; '' where nothing may stand there. */
  label(index: number): string;
  /** A mark of the axis. */
  mark(nanos: number, stepNanos: number): string;
}

export interface ChartGeometry {
  readonly leftPx: number;
  readonly topPx: number;
  readonly plotWidthPx: number;
  readonly plotHeightPx: number;
  /** From one bar's left edge to the next one's. */
  readonly stepPx: number;
  readonly bars: readonly { readonly xPx: number; readonly widthPx: number }[];
  /** One outline a part: a year of days stays eight elements. */
  readonly layers: readonly { readonly part: CostPart; readonly path: string }[];
  readonly marks: readonly { readonly yPx: number; readonly text: string }[];
  readonly labels: readonly { readonly xPx: number; readonly text: string }[];
  /** A dash under each bar that holds calls of unknown price. */
  readonly unknownsPath: string;
}

const [topPx, rightPx, bottomPx] = [12, 12, 28];
const nanosPerDollar = 1e9;
/** Below this a gap between bars would take more than the bars. */
const leastGappedStepPx = 4;
const leastVisiblePx = 2;
const betweenLabelsPx = 12;

export function layOut(
  periods: readonly PeriodSum[],
  parts: readonly CostPart[],
  { widthPx, heightPx }: ChartSpace,
  words: ChartWords,
): ChartGeometry {
  const plotHeightPx = heightPx - topPx - bottomPx;
  const axis = toAxis(periods, plotHeightPx, words);
  const leftPx = Math.ceil(Math.max(...axis.marks.map(({ text }) => textWidthPx(text)))) + 12;
  const plotWidthPx = Math.max(1, widthPx - leftPx - rightPx);

  const band = scaleBand<number>()
    .domain(periods.map((_, index) => index))
    .range([0, plotWidthPx]);
  band.paddingInner(band.step() < leastGappedStepPx ? 0 : 0.25).paddingOuter(0.1);
  const widest = Math.min(band.bandwidth(), 64);
  const inset = (band.bandwidth() - widest) / 2;
  const bars = periods.map((_, index) => ({
    xPx: band(index)! + inset,
    widthPx: Math.max(widest, 0.5),
  }));

  return {
    leftPx,
    topPx,
    plotWidthPx,
    plotHeightPx,
    stepPx: band.step(),
    bars,
    layers: toLayers(periods, parts, bars, axis.toY),
    marks: axis.marks,
    labels: toLabels(bars, plotWidthPx, words),
    unknownsPath: toUnknowns(periods, bars, plotHeightPx),
  };
}

function toAxis(periods: readonly PeriodSum[], plotHeightPx: number, words: ChartWords) {
  const most = Math.max(0, ...periods.map(({ costNanos }) => costNanos)) / nanosPerDollar;
  const y = scaleLinear()
    .domain([0, most > 0 ? most : 1])
    .range([plotHeightPx, 0])
    .nice(4);
  const values = most > 0 ? y.ticks(4) : [0];
  const stepNanos = ((values[1] ?? 1) - (values[0] ?? 0)) * nanosPerDollar;
  return {
    toY: (nanos: number): number => y(nanos / nanosPerDollar),
    marks: values.map((dollars) => ({
      yPx: y(dollars),
      text: words.mark(dollars * nanosPerDollar, stepNanos),
    })),
  };
}

function toLayers(
  periods: readonly PeriodSum[],
  parts: readonly CostPart[],
  bars: ChartGeometry['bars'],
  toY: (nanos: number) => number,
): ChartGeometry['layers'] {
  const series = stack<PeriodSum, CostPart>()
    .keys(parts)
    .value(({ parts: spent }, part) => Math.max(0, spent[part]))(periods);
  const floor = toY(0);
  return series.map((layer) => ({
    part: layer.key,
    path: layer
      .map(([from, to], index) => {
        if (to <= from) return '';
        const { xPx, widthPx } = bars[index]!;
        const bottom = toY(from);
        // What was spent is seen, however little it is beside the rest.
        const top = from === 0 ? Math.min(toY(to), floor - leastVisiblePx) : toY(to);
        // A hairline between two parts; where bars are lines, it would only be noise.
        const gap = from > 0 && widthPx >= leastGappedStepPx && bottom - top > 3 ? 1 : 0;
        const [base, head] = [Math.round(bottom) - gap, Math.round(top)];
        return `M${px(xPx)} ${base}V${head}H${px(xPx + widthPx)}V${base}Z`;
      })
      .join(''),
  }));
}

function toUnknowns(
  periods: readonly PeriodSum[],
  bars: ChartGeometry['bars'],
  plotHeightPx: number,
): string {
  const dash = ({ xPx, widthPx }: ChartGeometry['bars'][number]): string =>
    `M${px(xPx)} ${plotHeightPx + 3}h${px(Math.max(widthPx, 1))}v3h${px(-Math.max(widthPx, 1))}Z`;
  return bars
    .filter((_, index) => periods[index]!.unknownCalls > 0)
    .map(dash)
    .join('');
}

/** As many as have the room, at even distances, the newest among them. */
function toLabels(
  bars: ChartGeometry['bars'],
  plotWidthPx: number,
  words: ChartWords,
): ChartGeometry['labels'] {
  const wanted = bars
    .map(({ xPx, widthPx }, index) => ({ xPx: xPx + widthPx / 2, text: words.label(index) }))
    .filter(({ text }) => text !== '');
  const widest = Math.max(0, ...wanted.map(({ text }) => textWidthPx(text)));
  const nearest = Math.min(...wanted.slice(1).map(({ xPx }, index) => xPx - wanted[index]!.xPx));
  const every = Math.max(1, Math.ceil((widest + betweenLabelsPx) / nearest));
  return wanted.filter(({ xPx, text }, index) => {
    const half = textWidthPx(text) / 2;
    const fits = xPx + half <= plotWidthPx + rightPx && xPx - half >= -rightPx;
    return fits && (wanted.length - 1 - index) % every === 0;
  });
}

/** At 12 px, rounded up: measuring each text would lay the page out again. */
function textWidthPx(text: string): number {
  return [...text].reduce((width, letter) => width + (letter > '\u2e7f' ? 12 : 7), 0);
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
