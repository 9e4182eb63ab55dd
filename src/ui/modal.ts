import type { Attachment } from 'svelte/attachments';

/**
 * Opens a `<dialog>` in the top layer, where the browser keeps the focus inside; gives the focus back to where it was
 * when the dialog goes. Escape and a press outside call `onclose`.
 */
export function modal(onclose: () => void): Attachment<HTMLDialogElement> {
  return (dialog) => {
    const opener = document.activeElement;
    const close = (event: Event): void => {
      event.preventDefault();
      onclose();
    };
    const pressOutside = (event: PointerEvent): void => {
      if (event.target === dialog) onclose();
    };
    dialog.addEventListener('cancel', close);
    dialog.addEventListener('pointerdown', pressOutside);
    dialog.showModal();
    return () => {
      dialog.removeEventListener('cancel', close);
      dialog.removeEventListener('pointerdown', pressOutside);
      dialog.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  };
}
