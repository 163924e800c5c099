/** Light or dark, as the system has it or as the reader chose. */
export interface Theme {
  toggle(): void
  /** Light while the page is printed. */
  print(draw: () => void): void
  restore(draw: () => void): void
}

/** Follows the system until the button is used. */
export function watchTheme(redraw: () => void): Theme {
  const root = document.documentElement
  const system = matchMedia('(prefers-color-scheme: dark)')
  let before: string | undefined
  function isDark(): boolean {
    return (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'
  }
  system.addEventListener('change', redraw)
  const theme: Theme = {
    toggle() {
      root.dataset.theme = isDark() ? 'light' : 'dark'
      redraw()
    },
    print(draw) {
      before = root.dataset.theme
      root.dataset.theme = 'light'
      draw()
    },
    restore(draw) {
      if (before === undefined) delete root.dataset.theme
      else root.dataset.theme = before
      draw()
    },
  }
  document.getElementById('theme')!.addEventListener('click', () => theme.toggle())
  return theme
}

/** A colour of the style sheet, by the name of its variable. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
