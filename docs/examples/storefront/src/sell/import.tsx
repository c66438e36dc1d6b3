import { useState } from 'preact/hooks'
import type { ImportReport } from '../../../../../supabase/api.types.ts'
import { useAction } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Field, Trouble, useTitle } from '../ui/parts.tsx'
import { number, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** Many products at once, from a spreadsheet's CSV. Good rows are taken, bad ones are told. */
export default function Import() {
  useTitle(t('import.title'))
  return <SellerFrame>{(store) => <Form store={store} />}</SellerFrame>
}

/** A file is text in one of three encodings; read as the wrong one it is refused. */
async function readText(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe // Excel's "Unicode text"
  const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
  return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text // Excel's plain "CSV"
}

function Form({ store }: { store: MyStore }) {
  const [report, setReport] = useState<ImportReport>()
  const action = useAction()
  const take = (file: File | undefined) => {
    if (file === undefined) return
    void action.run(async () => {
      setReport(undefined)
      const csv = await readText(file)
      const { data } = await supabase.rpc('import_products', { store_id: store.id, csv }).throwOnError()
      setReport(data)
    })
  }
  return (
    <>
      <h1>{t('import.title')}</h1>
      <Field label={t('import.file')} hint={t('import.hint')}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            type='file'
            accept='.csv,.txt,text/csv'
            disabled={action.isBusy}
            onChange={(event) => take(event.currentTarget.files?.[0])}
          />
        )}
      </Field>
      <Trouble problem={action.problem} />
      <div role='status'>
        {report !== undefined && (
          <>
            <p class={report.failed === 0 ? 'good' : 'warn'}>
              {t('import.done', { imported: report.imported, failed: report.failed })}
            </p>
            {report.ignored_columns.length > 0 && (
              <p class='quiet'>
                {t('import.ignored')} <bdi>{report.ignored_columns.join(', ')}</bdi>
              </p>
            )}
          </>
        )}
      </div>
      {report !== undefined && report.errors.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope='col'>{t('import.row')}</th>
              <th scope='col'>{t('import.problem')}</th>
            </tr>
          </thead>
          <tbody>
            {report.errors.map((error, index) => (
              <tr key={index}>
                <td>{number(error.row)}</td>
                <td>
                  <bdi>{error.message}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
