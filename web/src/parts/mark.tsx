/** The mark: nine squares, one of them of cheese. */
const squares = [0, 1, 2, 3, 4, 5, 6, 7, 8]

export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      {squares.map((i) => (
        <rect key={i} x={(i % 3) * 10} y={Math.floor(i / 3) * 10} width="8" height="8" rx="1.6" data-cheese={i === 4} />
      ))}
    </svg>
  )
}
