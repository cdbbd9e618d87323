/**
 * Puts text on the clipboard, also on a page without TLS, where browsers offer no clipboard to scripts.
 * @returns whether it worked; where it did not, the text can still be selected by hand.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Refused by a setting of the browser; the older way may still be open.
    }
  }
  return copyBySelection(text)
}

/** The text leaves the page again before this returns. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement
  const holder = document.createElement('textarea')
  holder.value = text
  holder.readOnly = true
  holder.style.position = 'fixed'
  holder.style.opacity = '0'
  // Inside the dialog, if there is one: it lets no focus out.
  const home = before?.closest('[role=dialog], [role=alertdialog]') ?? document.body
  home.append(holder)
  holder.select()
  const copied = document.execCommand('copy')
  holder.remove()
  if (before instanceof HTMLElement) before.focus()
  return copied
}
