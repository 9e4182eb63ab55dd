import type { Attachment } from 'svelte/attachments';

/** Where a picture stands within its stage. 1 zoom is "fitted": wholly visible, never enlarged. */
export interface PanZoom {
  readonly transform: string;
  readonly isFit: boolean;
  /** Screen pixels (CSS) for each pixel of the picture. */
  readonly scale: number;
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  /** One pixel of the picture for each pixel of the screen. */
  actualSize(): void;
  /** Moves the picture; its edge stays within the stage. */
  panBy(xPx: number, yPx: number): void;
  /** Where the picture's top left is in the stage, in CSS pixels; with `scale` it places everything that lies over it. */
  readonly origin: { readonly x: number; readonly y: number };
  /** CSS pixels. */
  readonly stageSize: { readonly width: number; readonly height: number };
  /** The picture's own size, where no picture element tells it. */
  measure(width: number, height: number): void;
  /** Brings a rectangle of the picture (its own pixels) into view, nearer where it would be too small to see. */
  reveal(box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }): void;
  /** Takes wheel, drag, pinch and double click on the stage. */
  readonly stage: Attachment<HTMLElement>;
  readonly picture: Attachment<HTMLImageElement>;
}

const step = 1.25;
/** At most eight times the picture's own pixels. */
const largestScale = 8;

/** A region is shown at least so wide or high when it is brought into view. */
const readableSidePx = 96;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export function createPanZoom(): PanZoom {
  let zoom = $state(1);
  let offset = $state.raw<Point>({ x: 0, y: 0 });
  let stageSize = $state.raw({ width: 0, height: 0 });
  let pictureSize = $state.raw({ width: 0, height: 0 });
  let stageElement: HTMLElement | undefined;
  const pointers = new Map<number, Point>();

  const fitScale = $derived(
    pictureSize.width === 0
      ? 1
      : Math.min(1, stageSize.width / pictureSize.width, stageSize.height / pictureSize.height),
  );

  /** `at` is measured from the middle of the stage, and stays under the pointer. */
  function zoomTo(wanted: number, at: Point = { x: 0, y: 0 }): void {
    const next = Math.min(Math.max(1, wanted), Math.max(1, largestScale / fitScale));
    const ratio = next / zoom;
    offset = { x: at.x - (at.x - offset.x) * ratio, y: at.y - (at.y - offset.y) * ratio };
    zoom = next;
    panBy(0, 0);
  }

  function panBy(xPx: number, yPx: number): void {
    const spareX = Math.max(0, (pictureSize.width * fitScale * zoom - stageSize.width) / 2);
    const spareY = Math.max(0, (pictureSize.height * fitScale * zoom - stageSize.height) / 2);
    offset = { x: clamp(offset.x + xPx, spareX), y: clamp(offset.y + yPx, spareY) };
  }

  function reveal({ x, y, width, height }: Box): void {
    const smallest = Math.min(stageSize.width / 3, readableSidePx);
    const wanted = Math.max(zoom, smallest / Math.max(1, Math.max(width, height) * fitScale));
    // Never so near that the rectangle itself does not fit.
    const most = Math.min(
      stageSize.width / Math.max(1, width * fitScale),
      stageSize.height / Math.max(1, height * fitScale),
    );
    zoomTo(Math.max(1, Math.min(wanted, most)));
    const scale = fitScale * zoom;
    const middle = {
      x: (x + width / 2 - pictureSize.width / 2) * scale,
      y: (y + height / 2 - pictureSize.height / 2) * scale,
    };
    const isInView =
      Math.abs(middle.x + offset.x) + (width * scale) / 2 <= stageSize.width / 2 &&
      Math.abs(middle.y + offset.y) + (height * scale) / 2 <= stageSize.height / 2;
    if (!isInView) {
      offset = { x: -middle.x, y: -middle.y };
      panBy(0, 0);
    }
  }

  function fromMiddle(event: MouseEvent): Point {
    const { left, top, width, height } = stageElement!.getBoundingClientRect();
    return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    // A trackpad's pinch comes as small steps with Ctrl.
    const speed = event.ctrlKey ? 0.01 : 0.002;
    zoomTo(zoom * Math.exp(-event.deltaY * speed), fromMiddle(event));
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    stageElement!.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, fromMiddle(event));
  }

  function onPointerMove(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = fromMiddle(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      zoomTo((zoom * distance(now, other)) / Math.max(1, distance(before, other)), middle);
      panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else panBy(now.x - before.x, now.y - before.y);
  }

  function onPointerEnd(event: PointerEvent): void {
    pointers.delete(event.pointerId);
  }

  function onDoubleClick(event: MouseEvent): void {
    if (zoom > 1) self.fit();
    else zoomTo(Math.max(2, 1 / fitScale), fromMiddle(event));
  }

  const stage: Attachment<HTMLElement> = (element) => {
    stageElement = element;
    const sizes = new ResizeObserver(() => {
      stageSize = { width: element.clientWidth, height: element.clientHeight };
      panBy(0, 0);
    });
    sizes.observe(element);
    const gone = new AbortController();
    const listen = { signal: gone.signal };
    element.addEventListener('wheel', onWheel, { ...listen, passive: false });
    element.addEventListener('pointerdown', onPointerDown, listen);
    element.addEventListener('pointermove', onPointerMove, listen);
    element.addEventListener('pointerup', onPointerEnd, listen);
    element.addEventListener('pointercancel', onPointerEnd, listen);
    element.addEventListener('dblclick', onDoubleClick, listen);
    return () => {
      sizes.disconnect();
      gone.abort();
      pointers.clear();
    };
  };

  const picture: Attachment<HTMLImageElement> = (element) => {
    const measure = (): void => {
      pictureSize = { width: element.naturalWidth, height: element.naturalHeight };
    };
    measure();
    element.addEventListener('load', measure);
    return () => element.removeEventListener('load', measure);
  };

  const self: PanZoom = {
    get transform() {
      return `translate(${offset.x}px, ${offset.y}px) scale(${zoom})`;
    },
    get isFit() {
      return zoom === 1;
    },
    get scale() {
      return fitScale * zoom;
    },
    zoomIn: () => zoomTo(zoom * step),
    zoomOut: () => zoomTo(zoom / step),
    fit() {
      zoom = 1;
      offset = { x: 0, y: 0 };
    },
    actualSize: () => zoomTo(1 / fitScale),
    panBy,
    get origin() {
      const scale = fitScale * zoom;
      return {
        x: stageSize.width / 2 + offset.x - (pictureSize.width * scale) / 2,
        y: stageSize.height / 2 + offset.y - (pictureSize.height * scale) / 2,
      };
    },
    get stageSize() {
      return stageSize;
    },
    measure(width, height) {
      pictureSize = { width, height };
      panBy(0, 0);
    },
    reveal,
    stage,
    picture,
  };
  return self;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
