/** Short messages in the corner. Errors stay until they are closed; the rest leave by themselves. */

export interface ToastAction {
  label: string;
  run: () => void;
}
export interface Toast {
  id: number;
  tone: 'done' | 'error' | 'info';
  text: string;
  detail?: string | undefined;
  action?: ToastAction | undefined;
}

const STAY_MS = 4_000;

class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;

  show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++;
    this.items = [...this.items.slice(-3), { ...toast, id }];
    if (toast.tone !== 'error') setTimeout(() => this.close(id), STAY_MS);
  }

  done(text: string, action?: ToastAction): void {
    this.show({ tone: 'done', text, action });
  }

  close(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
