/** What a card begins with: the questions that those ask who come later. */
export const CARD_TEMPLATE = `## What it is for

## What it was trained on

## How well it does, and where it does not

## Who to ask
`;
