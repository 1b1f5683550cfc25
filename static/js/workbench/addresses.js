// Where the workbench asks. The page names each address once, with this id where one belongs.

const NO_ID = "00000000-0000-0000-0000-000000000000";
const given = document.getElementById("addresses").dataset;

export const address = (name, id = NO_ID) => given[name].replace(NO_ID, id);
