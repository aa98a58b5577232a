// Choosing a picture: from the camera on the page, from the phone's camera app, or from a file.
import { useEffect, useRef, useState, type ChangeEvent } from "react";
import { useText } from "../text/context";
import { Camera } from "./camera";
import { Notice } from "./notice";
import { sayFault } from "./camera-fault";
import { checkPicture, type Least } from "./picture-check";
import { cameraFault, type Facing } from "./use-camera";

const FORMATS = "image/jpeg,image/png";

interface Props {
  label: string;
  facing: Facing;
  least: Least;
  picture: Blob | null;
  onPicture: (picture: Blob | null) => void;
  files?: boolean; // whether a picture that was taken elsewhere will do
  onCamera?: () => void; // opens another camera than the plain one
}

export function PictureInput({ label, facing, least, picture, onPicture, files = true, onCamera }: Props) {
  const text = useText();
  const [live, setLive] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const camera = useRef<HTMLInputElement>(null);
  const file = useRef<HTMLInputElement>(null);

  const take = async (chosen: Blob | undefined) => {
    setLive(false);
    setProblem(null);
    if (!chosen) return;
    const code = await checkPicture(chosen, least);
    setProblem(code && text.codes[code]);
    onPicture(code ? null : chosen);
  };
  const openCamera = () => {
    setProblem(null);
    const fault = cameraFault();
    if (!fault) (onCamera ?? (() => setLive(true)))();
    else if (files) camera.current?.click();
    else setProblem(text.camera.faults[fault]);
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    void take(event.target.files?.[0]);
    event.target.value = ""; // the same file may be chosen again
  };

  if (live)
    return (
      <Camera
        facing={facing}
        onShot={(still) => void take(still)}
        onCancel={() => setLive(false)}
        onFailure={(fault) => {
          setLive(false);
          setProblem(sayFault(text, fault, files));
        }}
      />
    );

  return (
    <fieldset className="picture">
      <legend>{label}</legend>
      {picture && <Preview picture={picture} facing={facing} />}
      <div className="row">
        <button
          type="button"
          className={picture ? "secondary" : "primary"}
          onClick={openCamera}
        >
          {picture ? text.picture.again : text.picture.camera}
        </button>
        {files && (
          <button type="button" className="secondary" onClick={() => file.current?.click()}>
            {text.picture.file}
          </button>
        )}
      </div>
      {files && (
        <>
          <input ref={camera} type="file" accept={FORMATS} capture={facing} onChange={onChange} hidden />
          <input ref={file} type="file" accept={FORMATS} onChange={onChange} hidden data-testid="picture-file" />
          <p className="hint">{text.picture.formats}</p>
        </>
      )}
      {problem && (
        <Notice kind="error">
          <p>{problem}</p>
        </Notice>
      )}
    </fieldset>
  );
}

function Preview({ picture, facing }: { picture: Blob; facing: Facing }) {
  const text = useText();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return <img className={`preview ${facing}`} src={url} alt={text.picture.preview} />;
}
