/** The page itself, in the browser: the editor of `@prisma/studio-core` on the SQL that the server runs for it. */
import { createStudioBFFClient } from '@prisma/studio-core/data/bff'
import { createPostgresAdapter } from '@prisma/studio-core/data/postgres-core'
import { Studio } from '@prisma/studio-core/ui'
import '@prisma/studio-core/ui/index.css'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

const executor = createStudioBFFClient({ url: '/query' })
createRoot(document.getElementById('studio')!)
  .render(createElement(Studio, { adapter: createPostgresAdapter({ executor }) }))
