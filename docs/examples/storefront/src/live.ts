import type { RealtimeChannel } from '@supabase/supabase-js'
import { useEffect, useRef } from 'preact/hooks'
import { supabase } from './supabase.ts'

/** What happened; without an event, that the channel was joined and something may have been missed. */
type Hear = (event?: string, payload?: unknown) => void

interface Joined {
  channel: RealtimeChannel
  hearers: Set<Hear>
  isJoined: boolean
}

const topics = new Map<string, Joined>()

/**
 * Calls when something happened on a private channel, and after each (re)join: a broadcast is delivered at most once,
 * so whoever listens reads what it may have missed. Several parts of a page share one channel.
 * @param topic `user:<id>` or `store:<id>:orders`
 * @returns ends it
 */
export function listen(topic: string, hear: Hear): () => void {
  let joined = topics.get(topic)
  if (joined === undefined) {
    joined = { channel: join(topic), hearers: new Set(), isJoined: false }
    topics.set(topic, joined)
  } else if (joined.isJoined) hear()
  const { channel, hearers } = joined
  hearers.add(hear)
  return () => {
    hearers.delete(hear)
    if (hearers.size > 0) return
    topics.delete(topic)
    void supabase.removeChannel(channel)
  }
}

function join(topic: string): RealtimeChannel {
  const channel = supabase.channel(topic, { config: { private: true } })
  const tell: Hear = (event, payload) => {
    for (const hear of topics.get(topic)?.hearers ?? []) hear(event, payload)
  }
  channel.on('broadcast', { event: '*' }, ({ event, payload }) => tell(event, payload))
  void supabase.realtime.setAuth().then(() => {
    channel.subscribe((status) => {
      const joined = topics.get(topic)
      if (joined?.channel !== channel) return
      joined.isJoined = status === 'SUBSCRIBED'
      if (joined.isJoined) tell()
    })
  })
  return channel
}

/** As `listen`, while a screen is open; undefined listens to nothing. */
export function useLive(topic: string | undefined, onNews: Hear): void {
  const call = useRef(onNews)
  call.current = onNews
  useEffect(
    () => topic === undefined ? undefined : listen(topic, (event, payload) => call.current(event, payload)),
    [topic],
  )
}
