import { createContext } from 'react'

/** Whether what is rendered stands inside the page's `main` already; there must be one, and only one. */
export const MainContext = createContext(false)
