/** Line drawings of the designers' page, on a 24-unit square. */

export const GRIP = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";
export const DOTS = "M5.500 12h.01M12 12h.01M18.500 12h.01";
export const PICTURE = "M4 5.500h16v13H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15.500 9.300h.01";
export const PLUS = "M12 5.500v13M5.500 12h13";
export const UNDO = "M8.500 5.500 4.500 9.500l4 4M4.500 9.500h9.500a5 5 0 0 1 0 10H9";
export const REDO = "M15.500 5.500l4 4-4 4M19.500 9.500H10a5 5 0 0 0 0 10h5";
