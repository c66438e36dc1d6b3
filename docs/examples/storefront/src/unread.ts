import { useEffect } from 'preact/hooks'
import { listen } from './live.ts'
import { Shared } from './shared.ts'
import { supabase } from './supabase.ts'

/** The number on the bell: exact up to 99, and 100 says "100 or more". */
export const unread = new Shared(0)

/** Keeps the number for as long as somebody is signed in, on whichever device something is read. */
export function useUnread(userId: string | undefined): number {
  useEffect(() => {
    unread.set(0)
    if (userId === undefined) return undefined
    const read = async () => {
      const { data } = await supabase.rpc('list_notifications', { page_size: 1 })
      if (data !== null) unread.set(data.unread_count)
    }
    // At once, too: whoever cannot join the channel sees the number as it was when the page opened.
    void read()
    return listen(`user:${userId}`, (event, payload) => {
      if (event === 'notifications_read') unread.set((payload as { unread_count: number }).unread_count)
      if (event === undefined || event === 'notification_created') void read()
    })
  }, [userId])
  return unread.use()
}
