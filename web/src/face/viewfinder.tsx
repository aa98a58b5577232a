// What is drawn over the camera's picture: the outline, and where to move. It is for those who see; everything is said
// in words beside it.
import type { FaceAction } from "../api/schema";
import { OUTLINE } from "./grey";

const W = 300;
const H = 400;
const [CX, CY, RX, RY] = [OUTLINE.x * W, OUTLINE.y * H, OUTLINE.rx * W, OUTLINE.ry * H];
const CLOSER = 1.26;
const RADIAN = Math.PI / 180;

export type Mark = "seeking" | "good" | FaceAction;

export function Overlay({ mark }: { mark: Mark }) {
  const scale = mark === "come_closer" ? CLOSER : 1;
  const oval = <ellipse cx={CX} cy={CY} rx={RX * scale} ry={RY * scale} />;
  return (
    <svg className={`overlay ${mark}`} viewBox={`0 0 ${W} ${H}`} aria-hidden="true" focusable="false">
      <mask id="outside">
        <rect width={W} height={H} fill="#fff" />
        <g fill="#000">{oval}</g>
      </mask>
      <rect className="shade" width={W} height={H} mask="url(#outside)" />
      <g className="outline">{oval}</g>
      {mark === "turn_left" && <Arrow x={CX - RX - 4} y={CY} turn={180} />}
      {mark === "turn_right" && <Arrow x={CX + RX + 4} y={CY} turn={0} />}
      {mark === "look_up" && <Arrow x={CX} y={CY - RY + 2} turn={-90} />}
      {mark === "come_closer" && <Closer />}
    </svg>
  );
}

// The picture is a mirror, so that the person's left is on the left.
function Arrow({ x, y, turn }: { x: number; y: number; turn: number }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(${turn})`}>
      <g className="arrow">
        <circle r="30" />
        <path d="M-14 0H13M3 -11L14 0L3 11" />
      </g>
    </g>
  );
}

// Four arrows from the outline outwards, to where it will be.
function Closer() {
  return (
    <>
      {[[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x = 0, y = 0]) => (
        <g
          key={`${x} ${y}`}
          transform={`translate(${CX + x * RX * 0.74} ${CY + y * RY * 0.74}) rotate(${Math.atan2(y * RY, x * RX) / RADIAN})`}
        >
          <g className="arrow small">
            <circle r="17" />
            <path d="M-8 0H7M1 -6.5L8 0L1 6.5" />
          </g>
        </g>
      ))}
    </>
  );
}
