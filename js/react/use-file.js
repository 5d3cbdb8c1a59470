import { createElement, useEffect, useState } from 'react';

const NOTHING = Object.freeze({ file: null, url: null, error: null });

/**
 * The content of an attachment, with an address for `<img>` and links that holds as long as the component is there.
 *
 * @param {Blob | { file: () => Promise<Blob> } | null} [entry] a File, or an entry as a document has it
 * @returns {{ file: Blob | null, url: string | null, error: Error | null }}
 */
export function useFile(entry) {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    let url = null;
    let wanted = Boolean(entry);
    const show = (file) => {
      if (!wanted) return;
      url = URL.createObjectURL(file);
      setState({ file, url, error: null });
    };
    const fail = (error) => wanted && setState({ ...NOTHING, error });
    if (entry instanceof Blob) show(entry);
    else if (entry) entry.file().then(show).catch(fail);
    return () => {
      wanted = false;
      if (url) URL.revokeObjectURL(url);
      setState(NOTHING);
    };
  }, [cidOf(entry) ?? entry]);
  return state;
}

/** Reading a document again gives another entry of the same content. */
const cidOf = (entry) => entry?.cid?.['/'];

/** An attachment as `<img>`. @param {{ file?: object, meta?: object }} props and those of `<img>` */
export function ImgFile({ file, meta, ...props }) {
  const entry = file ?? meta;
  const { url } = useFile(entry?.type?.startsWith('image/') ? entry : null);
  return url ? createElement('img', { ...props, src: url }) : null;
}
