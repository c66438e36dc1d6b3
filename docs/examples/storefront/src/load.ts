import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Problem, problemOf } from './problems.ts'

/** What a screen shows: nothing yet, what was read, or why it could not be read. */
export interface Loaded<Data> {
  data: Data | undefined
  problem: Problem | undefined
  isLoading: boolean
  /** Reads again; what is shown stays until the answer is there. */
  reload: () => Promise<void>
}

/** Reads something when the screen opens, and again when what it depends on changes. */
export function useLoad<Data>(read: () => Promise<Data>, dependencies: readonly unknown[]): Loaded<Data> {
  const [state, setState] = useState<{ data?: Data; problem?: Problem; isLoading: boolean }>({
    isLoading: true,
  })
  const latest = useRef(0)
  const reload = useCallback(async () => {
    const turn = ++latest.current
    setState((before) => ({ ...before, isLoading: true }))
    try {
      const data = await read()
      if (turn === latest.current) setState({ data, isLoading: false })
    } catch (error) {
      const problem = await problemOf(error)
      // What was read before stays: a connection that is cut for a moment empties no page.
      if (turn === latest.current) setState((before) => ({ ...before, problem, isLoading: false }))
    }
  }, dependencies)
  useEffect(() => {
    void reload()
    return () => {
      latest.current++
    }
  }, [reload])
  return { data: state.data, problem: state.problem, isLoading: state.isLoading, reload }
}

/** Something a person does: one at a time, and what went wrong is told. */
export function useAction(): {
  isBusy: boolean
  problem: Problem | undefined
  /** @returns whether it worked */
  run: (act: () => Promise<void>) => Promise<boolean>
} {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const under = useRef(false)
  const run = async (act: () => Promise<void>) => {
    if (under.current) return false
    under.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await act()
      return true
    } catch (error) {
      setProblem(await problemOf(error))
      return false
    } finally {
      under.current = false
      setBusy(false)
    }
  }
  return { isBusy, problem, run }
}
