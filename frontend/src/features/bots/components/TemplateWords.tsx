import { TextField } from '@mui/material';

const LONGEST = { name: 80, description: 200 } as const;

interface Props {
  name: string;
  description: string;
  onName: (name: string) => void;
  onDescription: (description: string) => void;
}

/** What a template is known by. */
export function TemplateWords({ name, description, onName, onDescription }: Props) {
  return (
    <>
      <TextField
        label="Name of the template"
        required
        size="small"
        value={name}
        onChange={({ target }) => {
          onName(target.value);
        }}
        slotProps={{ htmlInput: { maxLength: LONGEST.name } }}
      />
      <TextField
        label="Description"
        size="small"
        multiline
        maxRows={4}
        value={description}
        onChange={({ target }) => {
          // One line for the card: what is pasted may have several.
          onDescription(target.value.replaceAll(/\s*\n\s*/g, ' '));
        }}
        slotProps={{ htmlInput: { maxLength: LONGEST.description } }}
      />
    </>
  );
}
