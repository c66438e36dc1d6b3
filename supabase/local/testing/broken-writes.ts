import process from 'node:process'

/**
 * For tests that take a server away from connections of this process. The driver may write to a socket that was closed
 * since it made up its mind, outside of any call that could catch it: that is let pass, and every other uncaught exception
 * goes to whom it would have gone.
 * @returns ends it
 */
export function tolerateBrokenWrites(): () => void {
  const others = process.listeners('uncaughtException')
  const listener = (error: Error, origin: NodeJS.UncaughtExceptionOrigin) => {
    if (error.stack?.includes('postgres/src/connection.js') && /reading 'write'/.test(error.message)) return
    for (const other of others) other(error, origin)
  }
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', listener)
  return () => {
    process.removeListener('uncaughtException', listener)
    for (const other of others) process.on('uncaughtException', other)
  }
}
