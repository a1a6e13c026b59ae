// What belongs to the page as a whole: its title, and what is read out.

export const spoken = $state({ text: '' });

/** Have something read out, politely. */
export function announce(text: string): void {
  spoken.text = text;
}

/** The title of the window, kept as title() changes. */
export function title(text: () => string): void {
  $effect(() => {
    document.title = text();
  });
}
