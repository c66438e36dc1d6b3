import { useEffect, useRef } from 'preact/hooks'
import { supabase } from './supabase.ts'

/**
 * Calls when something happened on a private channel, and after each (re)join: a broadcast is delivered at most once,
 * so whoever listens reads what it may have missed.
 * @param topic `user:<id>` or `store:<id>:orders`; undefined listens to nothing
 */
export function useLive(topic: string | undefined, onNews: (event?: string) => void): void {
  const call = useRef(onNews)
  call.current = onNews
  useEffect(() => {
    if (topic === undefined) return undefined
    const channel = supabase.channel(topic, { config: { private: true } })
    channel.on('broadcast', { event: '*' }, ({ event }) => call.current(event))
    void supabase.realtime.setAuth().then(() => {
      channel.subscribe((status) => {
        if (status === 'SUBSCRIBED') call.current()
      })
    })
    return () => {
      void supabase.removeChannel(channel)
    }
  }, [topic])
}
