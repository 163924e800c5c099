import type { Filters } from './filters.js'
import type { Pictures } from './pictures.js'
import type { Theme } from './theme.js'

/** The keys of the page; none acts while a field is written in, and none takes a key of the browser (Ctrl, Alt, Cmd). */
export function listenToKeys({
  filters,
  pictures,
  theme,
}: {
  filters: Filters
  pictures: Pictures
  theme: Theme
}): void {
  const dialog = document.getElementById('key-list') as HTMLDialogElement
  document.getElementById('keys')!.addEventListener('click', () => dialog.showModal())
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || dialog.open) return
    const target = event.target as HTMLElement
    const isField = target.matches('input, select, textarea')
    if (event.key === 'Escape') {
      if (isField) target.blur()
      filters.clear()
      return
    }
    if (isField) return
    if (actOn(event.key, target)) event.preventDefault()
  })

  /** Does what a key stands for. @returns whether it meant something */
  function actOn(key: string, target: HTMLElement): boolean {
    switch (key) {
      case '/':
        filters.focusSearch()
        return true
      case 'j':
      case 'k':
        step(key === 'j' ? 1 : -1)
        return true
      case 'Enter':
        return toggleDetails(target)
      case '+':
      case '=':
        pictures.zoom('in')
        return true
      case '-':
        pictures.zoom('out')
        return true
      case '0':
        pictures.zoom('reset')
        return true
      case 'ArrowLeft':
      case 'ArrowRight':
        // Elsewhere the arrows scroll what is wide, and move between tabs.
        if (!target.matches('.chart')) return false
        pictures.zoom(key === 'ArrowLeft' ? 'earlier' : 'later')
        return true
      case 't':
        theme.toggle()
        return true
      case '?':
        dialog.showModal()
        return true
      default:
        return false
    }
  }

  /** Goes to the next or previous incident that is listed. */
  function step(by: 1 | -1): void {
    const listed = filters.listed
    const current = document.activeElement?.closest<HTMLElement>('.incident')
    const index = current ? listed.indexOf(current) : -1
    const next = listed[index < 0 ? (by === 1 ? 0 : listed.length - 1) : index + by]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
}

function toggleDetails(target: HTMLElement): boolean {
  if (!target.matches('.incident')) return false
  const details = target.querySelector('details')
  if (details) details.open = !details.open
  return details !== null
}
