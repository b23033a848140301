/**
 * Where what floats over a screen is put: in its `main`, so that it is in the landmark it belongs to; in the body where the button that opens it stands in none, in a
 * dialog above all. What is in `main` and `position: fixed` is not clipped by it.
 */
export function landmarkOf(button: HTMLElement | null): Element | string {
  return button?.closest('main') ?? 'body';
}
