/** Which rows of a long list are on screen: virtual-core's arithmetic over a scroll position that `scale.ts` may stretch. */
import { elementScroll, observeElementRect, Virtualizer, type VirtualItem } from '@tanstack/virtual-core';
import { clampOffset, isScaled, reveal, scaleOf, toLogical, toPhysical, type Scale } from './scale';

const OVERSCAN = 12;

export class Scroller {
  /** The rows to draw; `start` is logical. */
  items = $state.raw<VirtualItem[]>([]);
  /** Where the list stands: its logical offset, and the scroll position that stands for it. */
  offset = $state(0);
  top = $state(0);
  viewport = $state(0);
  count = $state(0);

  readonly rowHeight: number;
  readonly headHeight: number;
  #element: HTMLElement | null = null;
  #tell: ((offset: number, scrolling: boolean) => void) | null = null;
  #virtualizer: Virtualizer<HTMLElement, Element>;

  constructor(rowHeight: number, headHeight: number) {
    this.rowHeight = rowHeight;
    this.headHeight = headHeight;
    this.#virtualizer = new Virtualizer(this.#options());
  }

  get scale(): Scale {
    return scaleOf(this.count * this.rowHeight, this.viewport);
  }

  #options() {
    return {
      count: this.count,
      overscan: OVERSCAN,
      estimateSize: () => this.rowHeight,
      getScrollElement: () => this.#element,
      observeElementRect: (
        instance: Virtualizer<HTMLElement, Element>,
        tell: (rect: { width: number; height: number }) => void,
      ) =>
        observeElementRect(instance, (rect) => {
          this.viewport = Math.max(0, rect.height - this.headHeight);
          tell(rect);
        }),
      observeElementOffset: (
        _instance: Virtualizer<HTMLElement, Element>,
        tell: (offset: number, scrolling: boolean) => void,
      ) => this.#observe(tell),
      scrollToFn: elementScroll,
      onChange: (instance: Virtualizer<HTMLElement, Element>) => (this.items = instance.getVirtualItems()),
    };
  }

  #observe(tell: (offset: number, scrolling: boolean) => void): () => void {
    const element = this.#element;
    if (!element) return () => undefined;
    this.#tell = tell;
    const scrolled = () => {
      // Our own move comes back as an event: its exact offset is known, the scroll position's is rounded.
      if (Math.abs(element.scrollTop - this.top) < 1) return;
      this.#stand(toLogical(element.scrollTop, this.scale), element.scrollTop);
    };
    const wheel = (event: WheelEvent) => {
      // A stretched scroll position would jump by hundreds of rows at each notch.
      if (!isScaled(this.scale) || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const step = event.deltaMode === 1 ? this.rowHeight : event.deltaMode === 2 ? this.viewport : 1;
      this.moveTo(this.offset + event.deltaY * step);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('wheel', wheel, { passive: false });
    tell(this.offset, false);
    return () => {
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('wheel', wheel);
      this.#tell = null;
    };
  }

  #stand(offset: number, top: number): void {
    this.offset = offset;
    this.top = top;
    this.#tell?.(offset, false);
  }

  moveTo(wanted: number): void {
    const offset = clampOffset(wanted, this.scale);
    const top = toPhysical(offset, this.scale);
    this.#stand(offset, top);
    if (this.#element) this.#element.scrollTop = top;
  }

  show(index: number): void {
    this.moveTo(reveal(index, this.rowHeight, this.offset, this.viewport));
  }

  /** How many rows a page is. */
  get page(): number {
    return Math.max(1, Math.floor(this.viewport / this.rowHeight) - 1);
  }

  /** Where a row is drawn inside the element that scrolls. */
  place(item: VirtualItem): number {
    return isScaled(this.scale) ? this.top + (item.start - this.offset) : item.start;
  }

  resize(count: number): void {
    this.count = count;
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.items = this.#virtualizer.getVirtualItems();
    if (this.offset > clampOffset(this.offset, this.scale)) this.moveTo(this.offset);
  }

  attach(element: HTMLElement): () => void {
    this.#element = element;
    const stop = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    return () => {
      stop();
      this.#element = null;
    };
  }
}
