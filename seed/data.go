package seed

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
)

//go:embed data
var embedded embed.FS

// Data returns the files of the seed as they are shipped, rooted at data/.
func Data() fs.FS {
	sub, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err) // the directive above names the folder: it is there or nothing compiles
	}
	return sub
}

// dossierNames are the dossiers in the order in which they are read: common
// first, because where two differ on a problem its words win.
func dossierNames() []string {
	return []string{"common", "sw", "hq", "rjxx", "xnycl", "tz", "dlxx", "san", "sxxc", "znzb"}
}

// files is everything that is decoded.
type files struct {
	dossiers      map[string]dossier
	standards     struct{ Standards []standardRow }
	rules         struct{ Rules []ruleRow }
	organizations struct{ Organizations []organizationRow }
	sources       struct{ Sources []sourceRow }
	catalogue     catalogue
	pilots        pilotsFile
	firms         firmsFile
}

func readFiles(data fs.FS) (*files, error) {
	f := &files{dossiers: map[string]dossier{}}
	for _, name := range dossierNames() {
		var d dossier
		if err := decode(data, "chains/"+name+".json", &d); err != nil {
			return nil, err
		}
		f.dossiers[name] = d
	}
	for _, one := range []struct {
		name string
		into any
	}{
		{"standards.json", &f.standards},
		{"rules.json", &f.rules},
		{"organizations.json", &f.organizations},
		{"sources.json", &f.sources},
		{"catalogue.json", &f.catalogue},
		{"pilots.json", &f.pilots},
		{"firms_illustrative.json", &f.firms},
	} {
		if err := decode(data, one.name, one.into); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// decode reads one file strictly: a member that the row types do not know is
// an error, and so is anything after the document.
func decode(data fs.FS, name string, into any) error {
	b, err := fs.ReadFile(data, name)
	if err != nil {
		return fmt.Errorf("seed file: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("seed file %s, byte %d: %w", name, dec.InputOffset(), err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("seed file %s: text after the document", name)
	}
	return nil
}
