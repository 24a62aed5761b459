/** A text field with its label. */
export function Field({
  label,
  value,
  onText,
  placeholder = '',
  maxLength = 1024,
}: {
  label: string;
  value: string;
  onText: (text: string) => void;
  placeholder?: string;
  maxLength?: number;
}) {
  return (
    <label>
      {label}{' '}
      <input
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    </label>
  );
}

/** A field for a whole number from 1. Empty, it means what `placeholder` says. */
export function NumberField({
  label,
  value,
  onText,
  most,
  placeholder = '',
}: {
  label: string;
  value: string;
  onText: (text: string) => void;
  most: number;
  placeholder?: string;
}) {
  return (
    <label>
      {label}{' '}
      <input
        type="number"
        min="1"
        max={most}
        value={value}
        placeholder={placeholder}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    </label>
  );
}
