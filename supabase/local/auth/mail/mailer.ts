import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { AuthConfig } from '../config.ts'
import { AuthProblem, failed } from '../errors.ts'
import { hookMetadata, type Hooks } from '../hooks.ts'
import type { HourlyCounter } from '../limits.ts'
import type { Db } from '../store/database.ts'
import { renderUser, type UserRow } from '../store/users.ts'
import { NOTIFICATIONS, TEMPLATES } from './defaults.ts'
import { compileTemplate, type Template } from './template.ts'

/** A mail as the transport takes it. */
export interface Mail {
  from: string
  to: string
  subject: string
  html: string
}

/** Hands a mail to whatever delivers it. */
export type SendMail = (mail: Mail) => Promise<void>

/** What a mail is sent for, as links and the send-email hook name it. */
export type MailAction = 'signup' | 'invite' | 'recovery' | 'magiclink' | 'email_change' | 'reauthentication'

/** The template of config.toml behind each action. */
const TEMPLATE_OF: Record<MailAction, string> = {
  signup: 'confirmation',
  invite: 'invite',
  recovery: 'recovery',
  magiclink: 'magic_link',
  email_change: 'email_change',
  reauthentication: 'reauthentication',
}

/** One of the notifications under `[auth.email.notification]`. */
export type NotificationName = keyof typeof NOTIFICATIONS & string

/** One code on its way to one address. */
export interface Delivery {
  /** The digits a person types. */
  otp: string
  /** What the link carries. */
  hash: string
}

interface Compiled {
  subject: Template
  content: Template
}

interface MailerOptions {
  config: AuthConfig
  /** The address of this service as links name it. */
  issuer: string
  hooks: Hooks
  sendMail: SendMail
  counter: HourlyCounter
  templates: Map<string, Compiled>
}

/**
 * Reads and compiles every template once, so that a broken one is found at start and not at somebody's sign-up.
 * @param directory where relative paths of config.toml start
 */
export async function loadTemplates(config: AuthConfig, directory: string): Promise<Map<string, Compiled>> {
  const templates = new Map<string, Compiled>()
  // As the CLI resolves them: notifications from the folder of config.toml, too.
  const folders = [directory, join(directory, 'supabase')]
  const sections = [
    [TEMPLATES, config.email.template, folders.slice(0, 1)],
    [NOTIFICATIONS, config.email.notification, folders],
  ] as const
  for (const [defaults, configured, bases] of sections) {
    for (const [name, fallback] of Object.entries(defaults)) {
      const { subject, content, content_path: path } = configured[name] ?? {}
      const text = path ? await readTemplate(path, bases) : content ?? fallback.content
      try {
        templates.set(name, {
          subject: compileTemplate(subject ?? fallback.subject),
          content: compileTemplate(text),
        })
      } catch (error) {
        throw new Error(`The e-mail template "${name}" is malformed: ${(error as Error).message}`)
      }
    }
  }
  return templates
}

async function readTemplate(path: string, bases: readonly string[]): Promise<string> {
  const candidates = isAbsolute(path) ? [path] : bases.map((base) => join(base, path))
  for (const candidate of candidates) {
    try {
      return await readFile(candidate, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  throw new Error(`The e-mail template ${path} named in config.toml does not exist.`)
}

/** Writes and sends the mails of Auth: through the send-email hook where there is one, else from templates. */
export class Mailer {
  readonly #options: MailerOptions
  readonly #from: string

  constructor(options: MailerOptions) {
    this.#options = options
    const { smtp } = options.config.email
    this.#from = `${smtp?.sender_name ?? 'Admin'} <${smtp?.admin_email ?? 'admin@email.com'}>`
  }

  /** The link that proves possession of an address. */
  link(action: MailAction, hash: string, redirectTo: string): string {
    const target = /[&=#]/.test(redirectTo) ? encodeURIComponent(redirectTo) : redirectTo
    return `${this.#options.issuer}/verify?token=${hash}&type=${action}&redirect_to=${target}`
  }

  /**
   * Sends one code.
   * @param ip of the request, for the hook
   * @throws {AuthProblem} 429 over the hourly limit, or what the hook answered
   */
  async send(
    db: Db,
    action: Exclude<MailAction, 'email_change'>,
    user: UserRow,
    delivery: Delivery,
    redirectTo: string,
    ip: string,
  ): Promise<void> {
    this.#count()
    if (this.#options.hooks.isEnabled('send_email')) {
      await this.#callHook(db, user, ip, {
        token: delivery.otp,
        token_hash: delivery.hash,
        redirect_to: redirectTo,
        email_action_type: action,
      })
      return
    }
    const email = user.email ?? ''
    await this.#deliver(TEMPLATE_OF[action], email, {
      SiteURL: this.#options.config.site_url,
      Email: email,
      Token: delivery.otp,
      Data: user.raw_user_meta_data ?? {},
      ...(action === 'reauthentication' ? {} : {
        ConfirmationURL: this.link(action, delivery.hash, redirectTo),
        TokenHash: delivery.hash,
        RedirectTo: redirectTo,
      }),
    })
  }

  /**
   * Sends the mails of an e-mail change: to the new address, and with a secure change to the current one too.
   * @param user with `email_change` already set
   */
  async sendEmailChange(
    db: Db,
    user: UserRow,
    toNew: Delivery,
    toCurrent: Delivery | undefined,
    redirectTo: string,
    ip: string,
  ): Promise<void> {
    this.#count()
    if (this.#options.hooks.isEnabled('send_email')) {
      // The hash of one address stands beside the digits of the other: upstream's payload is crossed like this.
      await this.#callHook(db, user, ip, {
        token: toCurrent?.otp ?? toNew.otp,
        token_hash: toNew.hash,
        token_new: toCurrent === undefined ? '' : toNew.otp,
        token_hash_new: toCurrent?.hash ?? '',
        redirect_to: redirectTo,
        email_action_type: 'email_change',
      })
      return
    }
    const deliveries: [string, Delivery][] = [[user.email_change ?? '', toNew]]
    if (toCurrent !== undefined) deliveries.push([user.email ?? '', toCurrent])
    await Promise.all(deliveries.map(([to, delivery]) =>
      this.#deliver('email_change', to, {
        SiteURL: this.#options.config.site_url,
        ConfirmationURL: this.link('email_change', delivery.hash, redirectTo),
        Email: user.email ?? '',
        NewEmail: user.email_change ?? '',
        SendingTo: to,
        Token: delivery.otp,
        TokenHash: delivery.hash,
        Data: user.raw_user_meta_data ?? {},
        RedirectTo: redirectTo,
      })
    ))
  }

  /** Tells a user what happened to the account, where config.toml wants it told. */
  async notify(
    db: Db,
    name: NotificationName,
    user: UserRow,
    ip: string,
    details: {
      OldEmail?: string
      Phone?: string
      OldPhone?: string
      Provider?: string
      FactorType?: string
    } = {},
  ): Promise<void> {
    if (this.#options.config.email.notification[name]?.enabled !== true || !user.email) return
    if (this.#options.hooks.isEnabled('send_email')) {
      await this.#callHook(db, user, ip, {
        email_action_type: `${name}_notification`,
        old_email: details.OldEmail ?? '',
        old_phone: details.OldPhone ?? '',
        provider: details.Provider ?? '',
        factor_type: details.FactorType ?? '',
      })
      return
    }
    await this.#deliver(name, user.email, {
      SiteURL: this.#options.config.site_url,
      Email: user.email,
      Data: user.raw_user_meta_data ?? {},
      ...details,
    })
  }

  #count(): void {
    if (!this.#options.counter.take()) {
      throw new AuthProblem(429, 'over_email_send_rate_limit', 'email rate limit exceeded')
    }
  }

  async #callHook(db: Db, user: UserRow, ip: string, data: Record<string, string>): Promise<void> {
    await this.#options.hooks.call('send_email', db, {
      ...hookMetadata('send-email', ip),
      user: await renderUser(db, user),
      email_data: {
        token: '',
        token_hash: '',
        redirect_to: '',
        email_action_type: '',
        site_url: this.#options.issuer,
        token_new: '',
        token_hash_new: '',
        old_email: '',
        old_phone: '',
        provider: '',
        factor_type: '',
        ...data,
      },
    })
  }

  async #deliver(template: string, to: string, variables: Record<string, unknown>): Promise<void> {
    const { subject, content } = this.#options.templates.get(template)!
    try {
      await this.#options.sendMail({
        from: this.#from,
        to,
        subject: subject(variables),
        html: content(variables),
      })
    } catch (error) {
      throw failed(`Error sending ${template.replace('_', ' ')} email`, error)
    }
  }
}
