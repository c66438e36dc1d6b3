import { useEffect, useState } from 'preact/hooks'

/** A value that several parts of the page show, and that all of them see change. */
export class Shared<Value> {
  readonly #listeners = new Set<(value: Value) => void>()

  constructor(private current: Value) {}

  get(): Value {
    return this.current
  }

  set(value: Value): void {
    this.current = value
    for (const listener of this.#listeners) listener(value)
  }

  /** As a hook: the component is drawn again when the value changes. */
  use(): Value {
    const [value, show] = useState(this.current)
    useEffect(() => {
      this.#listeners.add(show)
      show(this.current)
      return () => {
        this.#listeners.delete(show)
      }
    }, [])
    return value
  }
}
