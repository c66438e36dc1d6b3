/** What a mail says where config.toml names no template of its own. */
export interface MailText {
  subject: string
  content: string
}

const link = (title: string, sentence: string, label: string): string =>
  `<h2>${title}</h2>\n\n<p>${sentence}</p>\n<p><a href="{{ .ConfirmationURL }}">${label}</a></p>\n`

/** The mails that ask for something, by their name under `[auth.email.template]`. */
export const TEMPLATES: Record<string, MailText> = {
  confirmation: {
    subject: 'Confirm Your Email',
    content: link('Confirm your address', 'One click, and your account is ready:', 'Confirm address'),
  },
  invite: {
    subject: 'You have been invited',
    content: link('An invitation', 'You may create an account on {{ .SiteURL }}:', 'Accept'),
  },
  recovery: {
    subject: 'Reset Your Password',
    content: link('A new password', 'Choose it behind this link:', 'Set a new password'),
  },
  magic_link: {
    subject: 'Your Magic Link',
    content: link('Sign in', 'This link signs you in:', 'Sign in'),
  },
  email_change: {
    subject: 'Confirm Email Change',
    content: link(
      'A new address',
      'Your address is to change from {{ .Email }} to {{ .NewEmail }}:',
      'Confirm',
    ),
  },
  reauthentication: {
    subject: 'Confirm reauthentication',
    content: '<h2>Confirm that it is you</h2>\n\n<p>Enter this code: {{ .Token }}</p>\n',
  },
}

/** The mails that only tell, by their name under `[auth.email.notification]`. They are off unless enabled there. */
export const NOTIFICATIONS: Record<string, MailText> = {
  password_changed: {
    subject: 'Your password has been changed',
    content: '<p>The password of {{ .Email }} has just been changed.</p>\n',
  },
  email_changed: {
    subject: 'Your email address has been changed',
    content: '<p>Your address has been changed from {{ .OldEmail }} to {{ .Email }}.</p>\n',
  },
  phone_changed: {
    subject: 'Your phone number has been changed',
    content: '<p>The phone number of {{ .Email }} is now {{ .Phone }}; it was {{ .OldPhone }}.</p>\n',
  },
  identity_linked: {
    subject: 'A new identity has been linked',
    content: '<p>A {{ .Provider }} identity has been linked to {{ .Email }}.</p>\n',
  },
  identity_unlinked: {
    subject: 'An identity has been unlinked',
    content: '<p>A {{ .Provider }} identity has been unlinked from {{ .Email }}.</p>\n',
  },
  mfa_factor_enrolled: {
    subject: 'A new MFA factor has been enrolled',
    content: '<p>A factor of type {{ .FactorType }} has been added to {{ .Email }}.</p>\n',
  },
  mfa_factor_unenrolled: {
    subject: 'An MFA factor has been unenrolled',
    content: '<p>A factor of type {{ .FactorType }} has been removed from {{ .Email }}.</p>\n',
  },
}
