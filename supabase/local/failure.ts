/**
 * Something a person can put right: a taken port, an unwritable folder, a malformed file. The message is one sentence
 * that says what to do; the command line prints it alone and exits with 1. Anything else that is thrown is a bug.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
}
