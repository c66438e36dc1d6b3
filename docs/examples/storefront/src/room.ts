import { useEffect, useRef, useState } from 'preact/hooks'
import { supabase } from './supabase.ts'

/** So often somebody who goes on typing says so again, and so long it is believed. */
const SAY_AGAIN_MS = 3_000
const BELIEVED_MS = 5_000

/** Who looks at a conversation at this moment, and who is typing. Nothing of it is a message, nothing of it is kept. */
export interface Room {
  isThere: boolean
  isTyping: boolean
  /** Says that the caller is typing. */
  type: () => void
}

/**
 * Joins the channel of a conversation, where its two sides send to each other.
 * @param isOther whether somebody belongs to the other side
 * @param isOpen a block closes the channel
 */
export function useRoom(
  { conversationId, userId, isOther, isOpen }: {
    conversationId: string
    userId: string
    isOther: (user_id: string) => boolean
    isOpen: boolean
  },
): Room {
  const [isThere, setThere] = useState(false)
  const [isTyping, setTyping] = useState(false)
  const say = useRef<() => void>(undefined)
  const belongs = useRef(isOther)
  belongs.current = isOther
  useEffect(() => {
    if (!isOpen) return undefined
    let believed: ReturnType<typeof setTimeout> | undefined
    let saidAt = 0
    const room = supabase.channel(`conversation:${conversationId}`, { config: { private: true } })
    room.on('broadcast', { event: 'typing' }, ({ payload }: { payload: { user_id: string } }) => {
      if (!belongs.current(payload.user_id)) return
      setTyping(true)
      clearTimeout(believed)
      believed = setTimeout(() => setTyping(false), BELIEVED_MS)
    })
      .on('presence', { event: 'sync' }, () => {
        const here = Object.values(room.presenceState<{ user_id: string }>()).flat()
        setThere(here.some(({ user_id }) => belongs.current(user_id)))
      })
    say.current = () => {
      if (Date.now() - saidAt < SAY_AGAIN_MS) return
      saidAt = Date.now()
      void room.send({ type: 'broadcast', event: 'typing', payload: { user_id: userId } })
    }
    void supabase.realtime.setAuth().then(() =>
      room.subscribe((status) => {
        if (status === 'SUBSCRIBED') void room.track({ user_id: userId })
      })
    )
    return () => {
      clearTimeout(believed)
      say.current = undefined
      setThere(false)
      setTyping(false)
      void supabase.removeChannel(room)
    }
  }, [conversationId, userId, isOpen])
  return { isThere, isTyping, type: () => say.current?.() }
}
